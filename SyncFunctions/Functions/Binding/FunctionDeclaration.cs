using System.Net;

using SyncFunctions.Functions.Results;

namespace SyncFunctions.Functions.Binding;

/// <summary>
/// Declares a function with its parameters and responses. <see cref="FunctionRunner"/> binds a call's values to the parameters, in their order. The
/// function cannot read other values, or return another type.
/// </summary>
internal abstract class FunctionDeclaration
{
    private readonly HashSet<string> names;

    /// <summary>Declares a function.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="summary">What it does, as a sentence.</param>
    /// <param name="parameters">Its own parameters.</param>
    /// <param name="result">The type of its result.</param>
    /// <param name="choosesService">Whether a call may choose the Sync service that it works on.</param>
    private protected FunctionDeclaration(
        string name, string summary, IEnumerable<IReadOnlyList<Parameter>> parameters, Type result, bool choosesService = true)
    {
        Name = name;
        Summary = summary;
        Parameters = [.. parameters.SelectMany(several => several), .. choosesService ? [Parameter.Service] : Array.Empty<Parameter>()];
        Answers = [FunctionAnswer.Json(result)];
        names = new HashSet<string>(Parameters.Select(parameter => parameter.Name), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Gets its name.</summary>
    public string Name { get; }

    /// <summary>Gets what it does, as a sentence.</summary>
    public string Summary { get; }

    /// <summary>
    /// Gets whether Twilio may call it with its signature instead of a key. False for functions that give rights to the identity in the call, because
    /// others can influence a callback's fields.
    /// </summary>
    /// <value><see langword="true"/> by default.</value>
    public bool AllowsWebhooks { get; init; } = true;

    /// <summary>Gets whether it works on the default Sync service if a call cannot choose one. If false, no default service need be configured.</summary>
    /// <value><see langword="true"/> by default.</value>
    public bool NeedsDefaultService { get; init; } = true;

    /// <summary>
    /// Gets whether it checks its callers itself, for example by a password. Its callers then need no key, and need not be on this machine. Web pages of
    /// other origins are still refused.
    /// </summary>
    /// <value><see langword="false"/> by default.</value>
    public bool ChecksCallers { get; init; }

    /// <summary>
    /// Gets whether anyone who knows the value in its route may call it without a key. The value is then a secret, and must not be logged.
    /// </summary>
    /// <value><see langword="false"/> by default.</value>
    public bool IsOpen { get; init; }

    /// <summary>
    /// Gets whether its body may be a snapshot, which the function reads itself. The parameters of such a call are in its query.
    /// </summary>
    /// <value><see langword="false"/> by default.</value>
    public bool TakesSnapshot { get; init; }

    /// <summary>Gets whether it serves a page for people. Descriptions of the API leave it out.</summary>
    /// <value><see langword="false"/> by default.</value>
    public bool IsPage { get; init; }

    /// <summary>Gets its parameters. The last one is the Sync service, if a call may choose it.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Gets whether a call may choose the Sync service that it works on.</summary>
    public bool ChoosesService => Parameters.Contains(Parameter.Service);

    /// <summary>Gets the parameters in its route, in the route's order.</summary>
    /// <value>None by default.</value>
    public IReadOnlyList<Parameter> RouteParameters { get; init; } = [];

    /// <summary>Gets its possible responses if it succeeds; the first is the usual one.</summary>
    /// <value>By default its result as JSON, with status 200.</value>
    public IReadOnlyList<FunctionAnswer> Answers { get; init; }

    /// <summary>Gets its own error statuses, beside those of its parameters, its key and Sync.</summary>
    /// <value>None by default.</value>
    public IReadOnlyList<HttpStatusCode> Failures { get; init; } = [];

    /// <summary>Tells whether a name, whatever its case, is one of its parameters.</summary>
    public bool HasParameter(string name) => names.Contains(name);
}

/// <summary>A function without parameters of its own.</summary>
/// <typeparam name="TResult">The type of its result. It is written as JSON, unless it is an <c>IResult</c>.</typeparam>
/// <param name="usesSync">Whether it works on a Sync service, which a call may then choose.</param>
internal sealed class FunctionDeclaration<TResult>(string name, string summary, bool usesSync = true)
    : FunctionDeclaration(name, summary, [], typeof(TResult), usesSync);

/// <summary>A function of one value.</summary>
/// <param name="choosesService">Whether a call can choose the Sync service. Otherwise it is the default one.</param>
internal sealed class FunctionDeclaration<T1, TResult>(string name, string summary, IBinding<T1> first, bool choosesService = true)
    : FunctionDeclaration(name, summary, [first.Parameters], typeof(TResult), choosesService)
{
    /// <summary>Gets how to read the value.</summary>
    public IBinding<T1> First => first;
}

/// <summary>A function of two values.</summary>
/// <param name="choosesService">Whether a call may choose the Sync service; otherwise it is the default one.</param>
internal sealed class FunctionDeclaration<T1, T2, TResult>(string name, string summary, IBinding<T1> first, IBinding<T2> second, bool choosesService = true)
    : FunctionDeclaration(name, summary, [first.Parameters, second.Parameters], typeof(TResult), choosesService)
{
    /// <summary>Gets how to read the first value.</summary>
    public IBinding<T1> First => first;

    /// <summary>Gets how to read the second value.</summary>
    public IBinding<T2> Second => second;
}

/// <summary>A function of three values.</summary>
internal sealed class FunctionDeclaration<T1, T2, T3, TResult>(string name, string summary, IBinding<T1> first, IBinding<T2> second, IBinding<T3> third)
    : FunctionDeclaration(name, summary, [first.Parameters, second.Parameters, third.Parameters], typeof(TResult))
{
    /// <summary>Gets how to read the first value.</summary>
    public IBinding<T1> First => first;

    /// <summary>Gets how to read the second value.</summary>
    public IBinding<T2> Second => second;

    /// <summary>Gets how to read the third value.</summary>
    public IBinding<T3> Third => third;
}

/// <summary>A function of four values.</summary>
internal sealed class FunctionDeclaration<T1, T2, T3, T4, TResult>(
    string name, string summary, IBinding<T1> first, IBinding<T2> second, IBinding<T3> third, IBinding<T4> fourth)
    : FunctionDeclaration(name, summary, [first.Parameters, second.Parameters, third.Parameters, fourth.Parameters], typeof(TResult))
{
    /// <summary>Gets how to read the first value.</summary>
    public IBinding<T1> First => first;

    /// <summary>Gets how to read the second value.</summary>
    public IBinding<T2> Second => second;

    /// <summary>Gets how to read the third value.</summary>
    public IBinding<T3> Third => third;

    /// <summary>Gets how to read the fourth value.</summary>
    public IBinding<T4> Fourth => fourth;
}

/// <summary>A function of five values. A function of more values combines some of them with <see cref="Bind"/>.</summary>
internal sealed class FunctionDeclaration<T1, T2, T3, T4, T5, TResult>(
    string name, string summary, IBinding<T1> first, IBinding<T2> second, IBinding<T3> third, IBinding<T4> fourth, IBinding<T5> fifth)
    : FunctionDeclaration(
        name, summary, [first.Parameters, second.Parameters, third.Parameters, fourth.Parameters, fifth.Parameters], typeof(TResult))
{
    /// <summary>Gets how to read the first value.</summary>
    public IBinding<T1> First => first;

    /// <summary>Gets how to read the second value.</summary>
    public IBinding<T2> Second => second;

    /// <summary>Gets how to read the third value.</summary>
    public IBinding<T3> Third => third;

    /// <summary>Gets how to read the fourth value.</summary>
    public IBinding<T4> Fourth => fourth;

    /// <summary>Gets how to read the fifth value.</summary>
    public IBinding<T5> Fifth => fifth;
}
