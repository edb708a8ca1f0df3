using SyncFunctions.Store;

namespace SyncFunctions.Functions.Binding;

/// <summary>Reads a value from a call: one parameter, or several that form one value.</summary>
internal interface IBinding<out T>
{
    /// <summary>Gets the parameters that it reads.</summary>
    IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Reads and checks the value.</summary>
    /// <exception cref="ParameterException">A parameter is missing or cannot be used.</exception>
    T Read(FunctionCall call);
}

/// <summary>Combines bindings.</summary>
internal static class Bind
{
    /// <summary>Combines two values into one.</summary>
    public static IBinding<T> Of<T1, T2, T>(IBinding<T1> first, IBinding<T2> second, Func<T1, T2, T> combine) => new Combination<T>(
        [.. first.Parameters, .. second.Parameters], call => combine(first.Read(call), second.Read(call)));

    /// <summary>Combines three values into one.</summary>
    public static IBinding<T> Of<T1, T2, T3, T>(IBinding<T1> first, IBinding<T2> second, IBinding<T3> third, Func<T1, T2, T3, T> combine) =>
        new Combination<T>(
            [.. first.Parameters, .. second.Parameters, .. third.Parameters],
            call => combine(first.Read(call), second.Read(call), third.Read(call)));

    /// <summary>Combines four values into one.</summary>
    public static IBinding<T> Of<T1, T2, T3, T4, T>(
        IBinding<T1> first, IBinding<T2> second, IBinding<T3> third, IBinding<T4> fourth, Func<T1, T2, T3, T4, T> combine) => new Combination<T>(
        [.. first.Parameters, .. second.Parameters, .. third.Parameters, .. fourth.Parameters],
        call => combine(first.Read(call), second.Read(call), third.Read(call), fourth.Read(call)));

    private sealed class Combination<T>(IReadOnlyList<Parameter> parameters, Func<FunctionCall, T> read) : IBinding<T>
    {
        public IReadOnlyList<Parameter> Parameters => parameters;

        public T Read(FunctionCall call) => read(call);
    }
}
