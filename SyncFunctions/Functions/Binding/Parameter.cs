using SyncFunctions.Store;

namespace SyncFunctions.Functions.Binding;

/// <summary>The kind of a parameter's values.</summary>
internal enum ParameterKind
{
    /// <summary>Any text that is not empty.</summary>
    Text,

    /// <summary>The unique name of an object: 1 to 320 characters, without the form of a SID.</summary>
    UniqueName,

    /// <summary>The key of a map item: 1 to 320 characters.</summary>
    ItemKey,

    /// <summary>The identity of an access token: 1 to 256 characters.</summary>
    Identity,

    /// <summary>The SID of an object.</summary>
    Sid,

    /// <summary>A JSON object; in a form or a query it is JSON text.</summary>
    JsonObject,

    /// <summary>A short name of ASCII letters, digits, <c>_</c> and <c>-</c>.</summary>
    ShortName,

    /// <summary>A JSON array of objects; in a form or a query it is JSON text.</summary>
    JsonObjects,

    /// <summary>A condition on items' data.</summary>
    Condition,

    /// <summary>A field of items' data, by its name or by a JSON pointer.</summary>
    Field,

    /// <summary>A JSON object or an array of operations; in a form or a query it is JSON text.</summary>
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

    /// <summary>Some of a few words: a JSON array, or text separated by commas.</summary>
    Choices,

    /// <summary>Some short names: a JSON array, or text separated by commas.</summary>
    Texts,

    /// <summary>A time to live in seconds.</summary>
    Ttl,

    /// <summary>The revision of a resource.</summary>
    Revision,

    /// <summary>A date and time with an offset: ISO 8601 or RFC 1123.</summary>
    DateTime,

    /// <summary>One of a few words, in any case.</summary>
    Word,

    /// <summary>A JSON array of objects; in a form or a query it is JSON text.</summary>
    ObjectList,
}

/// <summary>
/// A parameter as a function declares it: the source of its binding, its validation, its messages and its description in the API.
/// </summary>
internal abstract partial record Parameter(string Name, ParameterKind Kind, string Description)
{
    /// <summary>Gets whether it is required.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Gets its default value, as a caller would write it; <see langword="null"/> if there is none.</summary>
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

    /// <summary>Gets the two letters at the beginning of a SID.</summary>
    public string? Prefix { get; init; }

    /// <summary>Gets an example value as JSON; <see langword="null"/> if there is none.</summary>
    public string? Example { get; init; }

    /// <summary>Gets the members of a list's objects.</summary>
    public IReadOnlyList<Parameter> Members { get; init; } = [];

    /// <summary>Gets whether the other fields of a form become its value if the form has no field with its name.</summary>
    public virtual bool TakesOtherFields => false;

    /// <summary>Gets the accepted words: for a choice or choices all values, otherwise those beside the kind's own values.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];
}

/// <summary>A parameter with the type of its values.</summary>
/// <param name="Parse">Reads a value, or throws a <see cref="ParameterException"/> that says what it must be.</param>
internal sealed record Parameter<T>(string Name, ParameterKind Kind, string Description, Func<ParameterValue, T> Parse)
    : Parameter(Name, Kind, Description), IBinding<T>
{
    /// <summary>Gets how to find the value if a call has none under the parameter's name; <see langword="null"/> if there is no other way.</summary>
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
