using SyncFunctions.Store;

namespace SyncFunctions.Functions.Binding;

/// <summary>What a parameter takes.</summary>
internal enum ParameterKind
{
    /// <summary>Any text that is not empty.</summary>
    Text,

    /// <summary>The unique name of an object: 1 to 320 characters, not of a SID's form.</summary>
    UniqueName,

    /// <summary>The key of a map item: 1 to 320 characters.</summary>
    ItemKey,

    /// <summary>The identity of an access token: 1 to 256 characters.</summary>
    Identity,

    /// <summary>The SID of an object.</summary>
    Sid,

    /// <summary>A JSON object; in a form or a query its text.</summary>
    JsonObject,

    /// <summary>A short name of ASCII letters, digits, <c>_</c> and <c>-</c>.</summary>
    ShortName,

    /// <summary>A JSON array of objects; in a form or a query its text.</summary>
    JsonObjects,

    /// <summary>A condition on items' data.</summary>
    Condition,

    /// <summary>A field of items' data, by its name or by a JSON pointer.</summary>
    Field,

    /// <summary>A JSON object or an array of operations; in a form or a query its text.</summary>
    JsonPatch,

    /// <summary>A JSON pointer to a member.</summary>
    JsonPointer,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>Any number.</summary>
    Number,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>One of a few words.</summary>
    Choice,

    /// <summary>Some of a few words: a JSON array, or text with commas between them.</summary>
    Choices,

    /// <summary>Some short names: a JSON array, or text with commas between them.</summary>
    Texts,

    /// <summary>A time to live in seconds.</summary>
    Ttl,

    /// <summary>The revision of a resource.</summary>
    Revision,

    /// <summary>A date and time of a known offset: ISO 8601 or RFC 1123.</summary>
    DateTime,

    /// <summary>One of a few words, in any case.</summary>
    Word,

    /// <summary>A JSON array of objects; in a form or a query its text.</summary>
    ObjectList,
}

/// <summary>
/// A parameter as a function declares it. Its binding, its validation, its messages and the description of the API all come from here.
/// </summary>
internal abstract partial record Parameter(string Name, ParameterKind Kind, string Description)
{
    /// <summary>Gets whether a call must give it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Gets the value of a call that does not give it, as a caller would write it; <see langword="null"/> if there is none.</summary>
    public string? Default { get; init; }

    /// <summary>Gets the smallest number that is accepted.</summary>
    public long? Minimum { get; init; }

    /// <summary>Gets the largest number that is accepted.</summary>
    public long? Maximum { get; init; }

    /// <summary>Gets the largest number of characters.</summary>
    public int? MaximumLength { get; init; }

    /// <summary>Gets the smallest number of elements of a list.</summary>
    public int? MinimumCount { get; init; }

    /// <summary>Gets the largest number of elements.</summary>
    public int? MaximumCount { get; init; }

    /// <summary>Gets the largest number of bytes of JSON.</summary>
    public int? MaximumSize { get; init; }

    /// <summary>Gets the two letters that a SID begins with.</summary>
    public string? Prefix { get; init; }

    /// <summary>Gets a value that a caller may give, as JSON; <see langword="null"/> if none can be made up.</summary>
    public string? Example { get; init; }

    /// <summary>Gets the members of a list's objects.</summary>
    public IReadOnlyList<Parameter> Members { get; init; } = [];

    /// <summary>Gets whether a form that does not give it gives it by its other fields.</summary>
    public virtual bool TakesOtherFields => false;

    /// <summary>Gets the words that are accepted: of a choice or choices all, otherwise those beside its kind's values.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];
}

/// <summary>A parameter with the type that its values become.</summary>
/// <param name="Parse">Reads a value, or says by a <see cref="ParameterException"/> what it must be.</param>
internal sealed record Parameter<T>(string Name, ParameterKind Kind, string Description, Func<ParameterValue, T> Parse)
    : Parameter(Name, Kind, Description), IBinding<T>
{
    /// <summary>Gets where else a call may have the value, if not under the parameter's name; <see langword="null"/> for nowhere.</summary>
    public Func<FunctionCall, ParameterValue?>? Otherwise { get; init; }

    /// <inheritdoc/>
    public override bool TakesOtherFields => Otherwise is not null;

    /// <inheritdoc/>
    public IReadOnlyList<Parameter> Parameters => [this];

    /// <inheritdoc/>
    public T Read(FunctionCall call) => (call.Find(Name) ?? Otherwise?.Invoke(call), Default) switch
    {
        ({ } given, _) => Parse(given),
        (null, { } text) => Parse(new ParameterValue(Name, text)),
        _ => IsRequired ? throw new ParameterException(Name, $"is required.{call.Hint}") : default!,
    };
}
