using System.Net;

using SyncFunctions.Functions.Results;

namespace SyncFunctions.Functions.Binding;

/// <summary>
/// A function with its parameters and its answers: the one place that declares them. <see cref="FunctionRunner"/> binds a call's values to them, in
/// their order, and the function cannot read anything else, nor resolve to anything else.
/// </summary>
internal abstract class FunctionDeclaration
{
    private readonly HashSet<string> names;

    /// <summary>Declares a function.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="summary">What it does, as a sentence.</param>
    /// <param name="parameters">Its own parameters.</param>
    /// <param name="result">What it resolves to.</param>
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
    /// Gets whether Twilio may call it by its signature instead of a key. What gives rights to whom the call names must not be: others may have a say
    /// in a callback's fields.
    /// </summary>
    /// <value><see langword="true"/> by default.</value>
    public bool AllowsWebhooks { get; init; } = true;

    /// <summary>Gets whether it works on the default Sync service if a call cannot choose one; otherwise that need not be configured.</summary>
    /// <value><see langword="true"/> by default.</value>
    public bool NeedsDefaultService { get; init; } = true;

    /// <summary>
    /// Gets whether it checks its callers by itself, by a password say. Then neither a key is asked of them nor that they are on this machine; web
    /// pages of foreign origins are kept out all the same.
    /// </summary>
    /// <value><see langword="false"/> by default.</value>
    public bool ChecksCallers { get; init; }

    /// <summary>
    /// Gets whether everybody may call it who knows what its route takes: that is a secret then, which must not get into a log, and no key is needed.
    /// </summary>
    /// <value><see langword="false"/> by default.</value>
    public bool IsOpen { get; init; }

    /// <summary>
    /// Gets whether its body may be a snapshot, which it reads by itself. The parameters of such a call are in its query.
    /// </summary>
    /// <value><see langword="false"/> by default.</value>
    public bool TakesSnapshot { get; init; }

    /// <summary>Gets whether it serves a page for people. Descriptions of the API leave it out.</summary>
    /// <value><see langword="false"/> by default.</value>
    public bool IsPage { get; init; }

    /// <summary>Gets its parameters; the last one is the Sync service to use, if a call may choose one.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Gets whether a call may choose the Sync service that it works on.</summary>
    public bool ChoosesService => Parameters.Contains(Parameter.Service);

    /// <summary>Gets what its route takes, in the route's order.</summary>
    /// <value>Nothing by default.</value>
    public IReadOnlyList<Parameter> RouteParameters { get; init; } = [];

    /// <summary>Gets what it may answer if it succeeds; the first is the usual one.</summary>
    /// <value>What it resolves to, as JSON with status 200, by default.</value>
    public IReadOnlyList<FunctionAnswer> Answers { get; init; }

    /// <summary>Gets the statuses of the failures that it has beside those that its parameters, its key and Sync bring.</summary>
    /// <value>None by default.</value>
    public IReadOnlyList<HttpStatusCode> Failures { get; init; } = [];

    /// <summary>Tells whether a name, whatever its case, is one of its parameters.</summary>
    public bool HasParameter(string name) => names.Contains(name);
}

/// <summary>A function without parameters of its own.</summary>
/// <typeparam name="TResult">What it resolves to: written as JSON, unless it is an answer.</typeparam>
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

/// <summary>A function of five values. One of more puts some of them together by <see cref="Bind"/>.</summary>
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
