using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

using SyncFunctions.Client;
using SyncFunctions.Store;
using SyncFunctions.Store.Json;

namespace SyncFunctions.Functions.Binding;

internal abstract partial record Parameter
{
    private const int MaximumNameLength = 320;
    private const int MaximumIdentityLength = 256;

    /// <summary>The Sync service to use, which every function takes.</summary>
    public static Parameter<string> Service { get; } =
        Text("service", "The configured Sync service to use: its key, or its SID.") with
        {
            IsRequired = false,
            Default = SyncStores.DefaultKey,
            Example = Quoted(SyncStores.DefaultKey),
        };

    /// <summary>An object's data. If a form has no such field, every field that is not a parameter becomes part of the data.</summary>
    public static Parameter<JsonElement> Data { get; } = FormObject("data", "The data: a JSON object.", JsonObjectText.MaximumDataSize, """{"status":"available"}""");

    /// <summary>A stream message's data. If a form has no such field, every field that is not a parameter becomes part of the data.</summary>
    public static Parameter<JsonElement> Message { get; } = FormObject("data", "The message: a JSON object.", JsonObjectText.MaximumMessageSize, """{"text":"hello"}""");

    /// <summary>A merge patch or a JSON Patch.</summary>
    public static Parameter<JsonElement> Patch { get; } = new(
        "patch", ParameterKind.JsonPatch, "The JSON merge patch (RFC 7396), an object, or JSON Patch (RFC 6902), an array, to apply to the data.", value =>
        {
            JsonElement patch = value.AsJson("object or array");
            JsonObjectText.CheckPatch(value.Name, patch);
            return patch;
        })
    {
        IsRequired = true,
        MaximumSize = JsonObjectText.MaximumDataSize,
        Example = """{"status":"busy"}""",
    };

    /// <summary>A JSON pointer to a member.</summary>
    public static Parameter<JsonPointer> Path { get; } = new("path", ParameterKind.JsonPointer, "The path of the number: a JSON pointer (RFC 6901).", value =>
        JsonPointer.Parse(value.AsText()) ?? throw value.Refuse("must be a JSON pointer (RFC 6901) to a member, such as /calls or /totals/calls."))
    {
        IsRequired = true,
        Example = Quoted("/calls"),
    };

    /// <summary>A number to add, kept as it is written.</summary>
    public static Parameter<string> By { get; } =
        new("by", ParameterKind.Number, "The number to add.", value => value.AsNumberText()) { Default = "1", Example = "1" };

    /// <summary>When a resource expires. If it is not given, the resource never expires.</summary>
    public static Parameter<SyncTtl> Ttl { get; } = TimeToLive("When it expires, in seconds from now; 0 means never.", canKeep: false);

    /// <summary>When a resource expires, or <c>keep</c> to leave its expiry as it is. If it is not given, the resource never expires.</summary>
    public static Parameter<SyncTtl> TtlOrKeep { get; } =
        TimeToLive("When it expires, in seconds from now; 0 means never, and keep leaves the expiry as it is.", canKeep: true);

    /// <summary>When a resource expires. If it is not given, the expiry stays as it is.</summary>
    public static Parameter<SyncTtl> PatchTtl { get; } = TtlOrKeep with { Default = "keep" };

    /// <summary>Which page to read.</summary>
    public static IBinding<PageRequest> Page { get; } = Bind.Of(
        Integer("pageSize", "The maximum number of items in a page.", 1, PageRequest.MaximumSize, PageRequest.DefaultSize),
        Text("pageToken", "The nextPageToken of the previous page.") with { IsRequired = false },
        (size, token) => new PageRequest((int)size, token));

    /// <summary>A condition on items' data. If it is not given, all items match.</summary>
    public static Parameter<JsonCondition?> Where { get; } = new(
        "where", ParameterKind.Condition, "A condition on the items' data. Only items that match it are used.", value => JsonCondition.Parse(value.Name, value.AsText()))
    {
        MaximumLength = JsonCondition.MaximumLength,
        Example = Quoted("duration > 60"),
    };

    /// <summary>The order of a list's items, the first item, and the condition.</summary>
    public static IBinding<ItemQuery> ListQuery { get; } = Query(
        new("from", ParameterKind.Integer, "The index at which to begin.", value => Whole(value).ToString(CultureInfo.InvariantCulture)) { Minimum = 0, Example = "0" });

    /// <summary>The order of a map's items, the first item, and the condition.</summary>
    public static IBinding<ItemQuery> MapQuery { get; } = Query(ItemKey("from") with { Description = "The key at which to begin.", IsRequired = false });

    /// <summary>The identity of an access token or a permission.</summary>
    public static Parameter<string> Identity { get; } =
        new("identity", ParameterKind.Identity, "The identity of an access token.", value => Segment(value, MaximumIdentityLength))
        {
            IsRequired = true,
            Example = Quoted("alice"),
            MaximumLength = MaximumIdentityLength,
        };

    /// <summary>The revision that the resource must have.</summary>
    public static IBinding<string?> IfMatch { get; } = new RevisionBinding();

    /// <summary>A text that is not empty, and is required.</summary>
    public static Parameter<string> Text(string name, string description) =>
        new(name, ParameterKind.Text, description, value => value.AsText()) { IsRequired = true };

    /// <summary>A text that is neither empty nor too long, and is required.</summary>
    public static Parameter<string> Text(string name, string description, int maximumLength) =>
        new(name, ParameterKind.Text, description, value => value.AsText() is var text && text.Length <= maximumLength
            ? text
            : throw value.Refuse($"must not be longer than {maximumLength} characters."))
        {
            IsRequired = true,
            MaximumLength = maximumLength,
        };

    /// <summary>A JSON array of objects, each of which is valid data. It is required.</summary>
    /// <param name="minimum">The minimum number of objects.</param>
    /// <param name="maximum">The maximum number of objects.</param>
    public static Parameter<IReadOnlyList<JsonElement>> Objects(string name, string description, int minimum, int maximum) => new(
        name, ParameterKind.JsonObjects, description, value =>
        {
            JsonElement array = value.AsJson("array");
            if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() < minimum || array.GetArrayLength() > maximum)
            {
                throw value.Refuse($"must be an array of {minimum} to {maximum} JSON objects.");
            }

            JsonElement[] objects = [.. array.EnumerateArray()];
            for (int i = 0; i < objects.Length; i++)
            {
                JsonObjectText.Check($"{value.Name}[{i}]", objects[i], JsonObjectText.MaximumDataSize);
            }

            return objects;
        })
    {
        IsRequired = true,
        MinimumCount = minimum,
        MaximumCount = maximum,
        MaximumSize = JsonObjectText.MaximumDataSize,
        Example = """[{"duration":61},{"duration":75}]""",
    };

    /// <summary>A field of items' data. It is required.</summary>
    public static Parameter<JsonPointer> Field(string name, string description) => new(
        name, ParameterKind.Field, description, value => JsonFieldName.Parse(value.AsText()) ?? throw value.Refuse(
            $"must be a field such as duration or call.duration, or a JSON pointer (RFC 6901) such as /call/duration, of at most {JsonFieldName.MaximumLength} names."))
    {
        IsRequired = true,
        Example = Quoted("duration"),
    };

    /// <summary>A JSON object, if any.</summary>
    public static Parameter<JsonElement?> OptionalObject(string name, string description) => new(
        name, ParameterKind.JsonObject, description, value => Checked(value, JsonObjectText.MaximumDataSize))
    {
        MaximumSize = JsonObjectText.MaximumDataSize,
        Example = """{"number":"+15550100"}""",
    };

    /// <summary>A short name. It is required.</summary>
    /// <param name="isValid">Tells whether a text is such a name.</param>
    public static Parameter<string> ShortName(string name, string description, int maximumLength, Func<string, bool> isValid) => new(
        name, ParameterKind.ShortName, description, value => value.AsText() is var text && isValid(text)
            ? text
            : throw value.Refuse($"must have at most {maximumLength} letters, digits, _ and -."))
    {
        IsRequired = true,
        MaximumLength = maximumLength,
    };

    /// <summary>A date and time (UTC, to the millisecond), if any.</summary>
    public static Parameter<DateTime?> DateTime(string name, string description) => new(
        name, ParameterKind.DateTime, description, value => DateTimeText.Parse(value.AsText()) ?? throw value.Refuse(
            "must be a date and time with Z or an offset, such as 2026-01-31T09:00:00Z, or of RFC 1123, such as Sat, 31 Jan 2026 09:00:00 GMT."))
    {
        Example = Quoted("2026-01-31T09:00:00Z"),
    };

    /// <summary>One of two words in any case, if any. Its value is in upper case.</summary>
    public static Parameter<string?> Word(string name, string description, string one, string other) => new(
        name, ParameterKind.Word, description, value => value.AsText().ToUpperInvariant() is var word && (word == one || word == other)
            ? word
            : throw value.Refuse($"must be {one} or {other}."))
    {
        Words = [one, other],
        Example = Quoted(one),
    };

    /// <summary>A list of objects. It is required if it must not be empty, and otherwise is empty if it is not given.</summary>
    /// <param name="members">The members of its objects.</param>
    /// <param name="read">Reads an object's members.</param>
    public static Parameter<IReadOnlyList<T>> ObjectList<T>(
        string name, string description, int minimumCount, int maximumCount, IReadOnlyList<Parameter> members, Func<ObjectMembers, T> read) => new(
        name, ParameterKind.ObjectList, description, value => ObjectMembers.ReadList(value, minimumCount, maximumCount, read))
        {
            Default = minimumCount == 0 ? "[]" : null,
            IsRequired = minimumCount > 0,
            MinimumCount = minimumCount,
            MaximumCount = maximumCount,
            Members = members,
            Example = $"[{{{string.Join(',', members.Where(member => member.Example is not null).Select(member => $"{Quoted(member.Name)}:{member.Example}"))}}}]",
        };

    /// <summary>The unique name of an object. It is required.</summary>
    /// <param name="what">The type of object, in words.</param>
    public static Parameter<string> UniqueName(string name, string what) => new(
        name, ParameterKind.UniqueName, $"The {what}'s unique name.", value => Segment(value, MaximumNameLength) is var text && SyncSid.HasForm(text)
            ? throw value.Refuse("must not have the form of a SID: objects are named by their unique names here.")
            : text)
    {
        IsRequired = true,
        MaximumLength = MaximumNameLength,
        Example = Quoted($"my-{what}"),
    };

    /// <summary>The key of a map item. It is required.</summary>
    public static Parameter<string> ItemKey(string name) =>
        new(name, ParameterKind.ItemKey, "The item's key.", value => Segment(value, MaximumNameLength))
        {
            IsRequired = true,
            MaximumLength = MaximumNameLength,
            Example = Quoted("john"),
        };

    /// <summary>The SID of an object. It is required.</summary>
    /// <param name="prefix">The two letters that it begins with.</param>
    /// <param name="what">The type of object, in words.</param>
    public static Parameter<string> Sid(string name, string prefix, string what) => new(
        name, ParameterKind.Sid, $"The {what}'s SID.", value => value.AsText() is var text && SyncSid.IsOf(text, prefix)
            ? text
            : throw value.Refuse($"must be the SID of a {what}: {SyncSid.Describe(prefix)}."))
    {
        IsRequired = true,
        Prefix = prefix,
        Example = Quoted(prefix + new string('0', 32)),
    };

    /// <summary>The index of a list item. It is required.</summary>
    public static Parameter<long> Index(string name) =>
        new(name, ParameterKind.Integer, "The item's index.", Whole) { IsRequired = true, Minimum = 0, Example = "0" };

    /// <summary>A whole number, as text, if any.</summary>
    public static Parameter<string?> OptionalInteger(string name, string description, long minimum) => new(
        name, ParameterKind.Integer, description, value => value.AsInteger() is { } number && number >= minimum
            ? number.ToString(CultureInfo.InvariantCulture)
            : throw value.Refuse($"must be a whole number of {minimum} or more."))
    {
        Minimum = minimum,
        Example = "1000",
    };

    /// <summary>A whole number in a range.</summary>
    /// <param name="omitted">The value if it is not given.</param>
    public static Parameter<long> Integer(string name, string description, long minimum, long maximum, long omitted) => new(
        name, ParameterKind.Integer, description, value => value.AsInteger() is { } number && number >= minimum && number <= maximum
            ? number
            : throw value.Refuse($"must be a whole number from {minimum} to {maximum}."))
    {
        Minimum = minimum,
        Maximum = maximum,
        Default = omitted.ToString(CultureInfo.InvariantCulture),
        Example = omitted.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>A whole number of seconds in a range.</summary>
    /// <param name="omitted">The value if it is not given.</param>
    public static Parameter<TimeSpan> Seconds(string name, string description, int minimum, int maximum, int omitted) => new(
        name, ParameterKind.Integer, description, value => value.AsInteger() is { } seconds && seconds >= minimum && seconds <= maximum
            ? TimeSpan.FromSeconds(seconds)
            : throw value.Refuse($"must be a whole number of seconds from {minimum} to {maximum}."))
    {
        Minimum = minimum,
        Maximum = maximum,
        Default = omitted.ToString(CultureInfo.InvariantCulture),
        Example = omitted.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>A truth value, which is false if it is not given.</summary>
    public static Parameter<bool> Boolean(string name, string description) => new(
        name, ParameterKind.Boolean, description, value => value.AsBoolean() ?? throw value.Refuse("must be true or false."))
    {
        Default = "false",
        Example = "true",
    };

    /// <summary>One of two words, if any.</summary>
    public static Parameter<string?> Choice(string name, string description, string one, string other) => new(
        name, ParameterKind.Choice, description, value => value.AsText() is var text && (text == one || text == other)
            ? text
            : throw value.Refuse($"must be {one} or {other}."))
    {
        Words = [one, other],
        Example = Quoted(one),
    };

    /// <summary>One of a few words.</summary>
    /// <param name="omitted">The word if it is not given; <see langword="null"/> for no default.</param>
    public static Parameter<string> OneOf(string name, string description, string? omitted, params IReadOnlyList<string> words) => new(
        name, ParameterKind.Choice, description, value => value.AsText() is var text && words.Contains(text)
            ? text
            : throw value.Refuse($"must be {string.Join(", ", words.SkipLast(1))} or {words[^1]}."))
    {
        Words = words,
        Default = omitted,
        Example = Quoted(omitted ?? words[0]),
    };

    /// <summary>Some of a few words, if any; at least one.</summary>
    public static Parameter<IReadOnlyList<string>?> Choices(string name, string description, IReadOnlyList<string> words) => new(
        name, ParameterKind.Choices, description, value => value.AsTexts() is [_, ..] texts && texts.All(words.Contains)
            ? texts
            : throw value.Refuse($"must be some of {string.Join(", ", words)}: a JSON array, or text separated by commas."))
    {
        Words = words,
        Example = $"[{Quoted(words[0])}]",
    };

    /// <summary>Short names, if any; at least one.</summary>
    /// <param name="maximum">The maximum number of names.</param>
    /// <param name="isValid">Tells whether a text is such a name.</param>
    public static Parameter<IReadOnlyList<string>?> Texts(string name, string description, int maximum, Func<string, bool> isValid) => new(
        name, ParameterKind.Texts, description, value => value.AsTexts() is { Count: > 0 } texts && texts.Count <= maximum && texts.All(text => text.Length > 0 && isValid(text))
            ? texts
            : throw value.Refuse($"must be 1 to {maximum} names of letters, digits, _ and -: a JSON array, or text separated by commas."))
    {
        MinimumCount = 1,
        MaximumCount = maximum,
    };

    /// <summary>A JSON object. It is required.</summary>
    public static Parameter<JsonElement> Object(string name, string description, int maximumSize) =>
        new(name, ParameterKind.JsonObject, description, value => Checked(value, maximumSize)) { IsRequired = true, MaximumSize = maximumSize };

    private static Parameter<JsonElement> FormObject(string name, string description, int maximumSize, string example) => Object(name, description, maximumSize) with
    {
        Example = example,
        Otherwise = call => call.FormData() is { } fields ? new ParameterValue(name, fields) : null,
    };

    private static JsonElement Checked(ParameterValue value, int maximumSize)
    {
        JsonElement json = value.AsJson();
        JsonObjectText.Check(value.Name, json, maximumSize);
        return json;
    }

    private static Parameter<SyncTtl> TimeToLive(string description, bool canKeep) => new(
        "ttl", ParameterKind.Ttl, description, value => value.AsNumberText() is "keep" && canKeep
            ? SyncTtl.Keep
            : value.AsInteger() is { } seconds and <= SyncTtl.MaximumSeconds
                ? SyncTtl.FromSeconds((int)seconds)
                : throw value.Refuse(
                    $"must be a whole number of seconds from 0 (never) to {SyncTtl.MaximumSeconds} (a year){(canKeep ? ", or keep" : "")}."))
    {
        Minimum = 0,
        Maximum = SyncTtl.MaximumSeconds,
        Words = canKeep ? ["keep"] : [],
        Default = "0",
        Example = "3600",
    };

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    private static IBinding<ItemQuery> Query(Parameter<string> from) => Bind.Of(
        Bind.Of(
            Choice("order", "The order of the items.", "asc", "desc"),
            (IBinding<string?>)from,
            Choice("bounds", "Whether the item at from itself is included.", "inclusive", "exclusive"),
            (order, start, bounds) => new ItemQuery(order, start, bounds)),
        Where,
        (query, where) => query with { Where = where });

    private static long Whole(ParameterValue value) => value.AsInteger() ?? throw value.Refuse("must be a whole number of 0 or more.");

    // A value that becomes a segment of a URL's path.
    private static string Segment(ParameterValue value, int maximumLength)
    {
        string text = value.AsText();
        return text switch
        {
            _ when text.Length > maximumLength => throw value.Refuse($"must not be longer than {maximumLength} characters."),
            // As segments of a path these lead to another resource, even if they are escaped.
            "." or ".." => throw value.Refuse("must not be . or .., which cannot be part of Sync's URLs."),
            _ when text.Any(char.IsControl) => throw value.Refuse("must not have control characters."),
            _ => text,
        };
    }
}
