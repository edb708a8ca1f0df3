using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

using Microsoft.AspNetCore.Http;

using SyncFunctions.Store;
using SyncFunctions.Store.Json;

namespace SyncFunctions.Functions.Binding;

/// <summary>
/// The parameters of a call: members of a JSON object, fields of a form, or fields of the query string. The body wins over the query; names
/// are not case-sensitive; unknown names do no harm.
/// </summary>
/// <remarks>
/// For a callback signed by Twilio it is the other way round, and the query wins: the URL is the app owner's, while others may have a say in
/// the callback's fields (a caller's own parameters, say), and must not lead it to another object.
/// </remarks>
internal sealed partial class FunctionParameters
{
    private const int MaximumNameLength = 320;

    private readonly List<KeyValuePair<string, JsonElement>> body;
    private readonly List<KeyValuePair<string, string>> form;
    private readonly List<KeyValuePair<string, string>> query;
    private readonly HttpRequest request;
    private readonly bool queryWins;

    // The parameters that the function has asked for so far: they are no part of the data that a form's own fields make up.
    private readonly HashSet<string> asked = new(["data"], StringComparer.OrdinalIgnoreCase);

    private FunctionParameters(
        HttpRequest request,
        List<KeyValuePair<string, JsonElement>> body,
        List<KeyValuePair<string, string>> form,
        List<KeyValuePair<string, string>> query)
    {
        this.request = request;
        this.body = body;
        this.form = form;
        this.query = query;
        queryWins = SignedCallback.Is(request);
    }

    /// <summary>Reads the parameters of a request.</summary>
    /// <exception cref="ParameterException">The query or the body cannot be read.</exception>
    public static async Task<FunctionParameters> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        string queryString = request.QueryString.Value ?? "";
        List<KeyValuePair<string, string>> query = FormText.Parse(Encoding.UTF8.GetBytes(queryString.TrimStart('?')), "query");
        ReadOnlyMemory<byte> content = await RequestBody.ReadAsync(request, cancellationToken);
        return content.IsEmpty
            ? new FunctionParameters(request, [], [], query)
            : RequestBody.IsForm(request)
                ? new FunctionParameters(request, [], FormText.Parse(content.Span, RequestBody.Parameter), query)
                : new FunctionParameters(request, RequestBody.ParseJson(content), [], query);
    }

    /// <summary>The key of the Sync service to use. For a signed callback only the query can name another than the default.</summary>
    public string Service()
    {
        const string Parameter = "service";
        return (queryWins ? Find(query, Parameter) : Text(Parameter)) ?? Configuration.SyncSettings.DefaultService;
    }

    /// <summary>A required unique name of an object: 1 to 320 characters, not of the form of a SID.</summary>
    public string Name(string parameter)
    {
        string name = Key(parameter);
        return SidShape().IsMatch(name)
            ? throw new ParameterException(parameter, "must not have the form of a SID: objects are named by their unique names here.")
            : name;
    }

    /// <summary>A required key of a map item: 1 to 320 characters.</summary>
    public string Key(string parameter) => Segment(parameter, MaximumNameLength);

    /// <summary>A required SID of an object.</summary>
    /// <param name="prefix">The two letters it begins with.</param>
    /// <param name="what">What has such SIDs.</param>
    public string Sid(string parameter, string prefix, string what)
    {
        string sid = Required(parameter);
        return SidShape().IsMatch(sid) && sid.StartsWith(prefix, StringComparison.Ordinal)
            ? sid
            : throw new ParameterException(parameter, $"must be the SID of a {what}: {prefix} followed by 32 hexadecimal digits.");
    }

    /// <summary>A required text that is not empty.</summary>
    public string Required(string parameter) => Text(parameter) ?? throw new ParameterException(parameter, "is required.");

    /// <summary>A text that is not empty; null where it was not given.</summary>
    public string? Text(string parameter)
    {
        string? text = Find(parameter) switch
        {
            null => null,
            { Json: { ValueKind: JsonValueKind.String } json } => JsonText(parameter, json),
            { Json: not null } => throw new ParameterException(parameter, "must be a string."),
            { Text: var value } => value,
        };
        return text is "" ? throw new ParameterException(parameter, "must not be empty.") : text;
    }

    /// <summary>
    /// The required <c>data</c>: a JSON object, whose text is passed on as it is. Where a form has no such field, its own fields are the data.
    /// Ask for the function's other parameters first.
    /// </summary>
    /// <param name="maximumSize">In bytes.</param>
    public JsonElement Data(int maximumSize = JsonObjectText.MaximumDataSize) =>
        OptionalData(maximumSize) ?? throw new ParameterException("data", "is required.");

    /// <summary><see cref="Data"/>; null where there is none.</summary>
    public JsonElement? OptionalData(int maximumSize = JsonObjectText.MaximumDataSize)
    {
        const string Parameter = "data";
        JsonElement? data = Json(Parameter) ?? FormData();
        if (data is { } given)
        {
            JsonObjectText.Check(Parameter, given, maximumSize);
        }

        return data;
    }

    /// <summary>The required <c>patch</c>: a JSON object.</summary>
    public JsonElement Patch()
    {
        const string Parameter = "patch";
        JsonElement patch = Json(Parameter) ?? throw new ParameterException(Parameter, "is required.");
        JsonObjectText.Check(Parameter, patch, JsonObjectText.MaximumDataSize);
        return patch;
    }

    /// <summary>The required <c>path</c>: a JSON pointer to a member.</summary>
    public JsonPointer Pointer()
    {
        const string Parameter = "path";
        return JsonPointer.Parse(Required(Parameter))
            ?? throw new ParameterException(Parameter, "must be a JSON pointer (RFC 6901) to a member, such as /calls or /totals/calls.");
    }

    /// <summary>The number <c>by</c> as it is written; 1 where it was not given.</summary>
    public string By() => Scalar("by", JsonValueKind.Number) ?? "1";

    /// <summary>A required index of a list item: a whole number from 0 on.</summary>
    public long Index(string parameter = "index") =>
        OptionalIndex(parameter) ?? throw new ParameterException(parameter, "is required.");

    /// <summary>A truth value; false where it was not given.</summary>
    public bool Boolean(string parameter) => Find(parameter) switch
    {
        null => false,
        { Json: { ValueKind: JsonValueKind.True } } or { Text: "true" } => true,
        { Json: { ValueKind: JsonValueKind.False } } or { Text: "false" } => false,
        _ => throw new ParameterException(parameter, "must be true or false."),
    };

    /// <summary>The required <c>identity</c> of an access token: 1 to 256 characters.</summary>
    public string Identity() => Segment("identity", 256);

    /// <summary>The life of an access token, from <c>ttl</c>.</summary>
    public TimeSpan TokenLife()
    {
        const string Parameter = "ttl";
        return Scalar(Parameter, JsonValueKind.Number) switch
        {
            null => TimeSpan.FromSeconds(AccessTokenIssuer.DefaultSeconds),
            { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
                && seconds is >= 1 and <= AccessTokenIssuer.MaximumSeconds => TimeSpan.FromSeconds(seconds),
            _ => throw new ParameterException(Parameter, $"must be a whole number of seconds from 1 to {AccessTokenIssuer.MaximumSeconds}."),
        };
    }

    /// <summary>The page to read, from <c>pageSize</c> and <c>pageToken</c>.</summary>
    public PageRequest Page()
    {
        const string Parameter = "pageSize";
        int size = Scalar(Parameter, JsonValueKind.Number) switch
        {
            null => PageRequest.DefaultSize,
            { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
                && value is >= 1 and <= PageRequest.MaximumSize => value,
            _ => throw new ParameterException(Parameter, $"must be a whole number from 1 to {PageRequest.MaximumSize}."),
        };
        return new PageRequest(size, Text("pageToken"));
    }

    /// <summary>The query of a list's items, from <c>order</c>, <c>from</c> (an index) and <c>bounds</c>.</summary>
    public ItemQuery ListQuery() => Query(OptionalIndex("from")?.ToString(CultureInfo.InvariantCulture));

    /// <summary>The query of a map's items, from <c>order</c>, <c>from</c> (a key) and <c>bounds</c>.</summary>
    public ItemQuery MapQuery() => Query(Text("from") is null ? null : Key("from"));

    /// <summary>The <c>ttl</c>: whole seconds from 0 to a year; left out = 0 = never.</summary>
    /// <param name="canKeep">Whether <c>keep</c> leaves an expiry as it is.</param>
    /// <param name="omitted">What it is where it was not given.</param>
    public SyncTtl Ttl(bool canKeep = false, SyncTtl omitted = default)
    {
        const string Parameter = "ttl";
        string? text = Scalar(Parameter, JsonValueKind.Number);
        return text switch
        {
            null => omitted,
            "keep" when canKeep => SyncTtl.Keep,
            _ when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds <= SyncTtl.MaximumSeconds =>
                SyncTtl.FromSeconds(seconds),
            _ => throw new ParameterException(
                Parameter,
                $"must be a whole number of seconds from 0 (never) to {SyncTtl.MaximumSeconds} (a year){(canKeep ? ", or keep" : "")}."),
        };
    }

    /// <summary>
    /// The revision that the resource must have, from the header <c>If-Match</c> (quoted or bare; <c>*</c> is any) or the parameter
    /// <c>ifMatch</c>; null for any.
    /// </summary>
    public string? IfMatch()
    {
        const string Parameter = "ifMatch";
        string? header = request.Headers.IfMatch.Count == 0 ? null : Revision("If-Match", request.Headers.IfMatch.ToString());
        string? parameter = Text(Parameter) is { } text ? Revision(Parameter, text) : null;
        return header is not null && parameter is not null && header != parameter
            ? throw new ParameterException(Parameter, "and the header If-Match name different revisions.")
            : (header ?? parameter) is "*" ? null : header ?? parameter;
    }

    private static string Revision(string source, string value)
    {
        string revision = value is ['"', .., '"'] ? value[1..^1] : value;
        return revision == "*" || (revision.Length > 0 && revision.All(char.IsAsciiLetterOrDigit))
            ? revision
            : throw new ParameterException(source, "must be one revision as a resource's ETag gives it, such as \"3\".");
    }

    private static string JsonText(string parameter, JsonElement json)
    {
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new ParameterException(parameter, "must not have a lone surrogate (an escape of half a character).");
        }
    }

    // What becomes a segment of a URL's path.
    private string Segment(string parameter, int maximumLength)
    {
        string text = Required(parameter);
        return text switch
        {
            _ when text.Length > maximumLength => throw new ParameterException(parameter, $"must not be longer than {maximumLength} characters."),
            // As segments of a path these lead elsewhere, however they are written.
            "." or ".." => throw new ParameterException(parameter, "must not be . or .., which Sync's URLs cannot carry."),
            _ when text.Any(char.IsControl) => throw new ParameterException(parameter, "must not have control characters."),
            _ => text,
        };
    }

    private ItemQuery Query(string? from) => new(Choice("order", "asc", "desc"), from, Choice("bounds", "inclusive", "exclusive"));

    private string? Choice(string parameter, string one, string other) => Text(parameter) switch
    {
        null => null,
        { } text when text == one || text == other => text,
        _ => throw new ParameterException(parameter, $"must be {one} or {other}."),
    };

    private long? OptionalIndex(string parameter) => Scalar(parameter, JsonValueKind.Number) switch
    {
        null => null,
        { } text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long index) => index,
        _ => throw new ParameterException(parameter, "must be a whole number from 0 on."),
    };

    // A value as text, whether it came as text or as a JSON value of a kind; "" for one of another kind, which nothing accepts.
    private string? Scalar(string parameter, JsonValueKind kind) => Find(parameter) switch
    {
        null => null,
        { Json: { ValueKind: JsonValueKind.String } json } => JsonText(parameter, json),
        { Json: { } json } => json.ValueKind == kind ? json.GetRawText() : "",
        { Text: var text } => text,
    };

    private JsonElement? Json(string parameter) => Find(parameter) switch
    {
        null => null,
        { Json: { } json } => json,
        { Text: var text } => RequestBody.TryParse(Encoding.UTF8.GetBytes(text!))
            ?? throw new ParameterException(parameter, "must be the text of a JSON object."),
    };

    // The fields of a form that are not parameters, as an object of strings; null where there are none. A field that is repeated becomes an
    // array, so that nothing is lost.
    private JsonElement? FormData()
    {
        IGrouping<string, string>[] fields =
            [.. form.Where(field => !asked.Contains(field.Key)).GroupBy(field => field.Key, field => field.Value, StringComparer.Ordinal)];
        if (fields.Length == 0)
        {
            return null;
        }

        ArrayBufferWriter<byte> text = new();
        using (Utf8JsonWriter json = new(text, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            foreach (IGrouping<string, string> field in fields)
            {
                WriteField(json, field.Key, [.. field]);
            }

            json.WriteEndObject();
        }

        return RequestBody.TryParse(text.WrittenMemory);
    }

    private static void WriteField(Utf8JsonWriter json, string name, string[] values)
    {
        if (values is [var only])
        {
            json.WriteString(name, only);
            return;
        }

        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    // What was given under a name, in the body or else in the query (for a signed callback the other way round). A JSON null is as good as
    // nothing.
    private Value? Find(string parameter)
    {
        asked.Add(parameter);
        Value? inBody = Find(body, parameter) is { } json
            ? json.ValueKind == JsonValueKind.Null ? null : new Value(json, null)
            : Find(form, parameter) is { } field ? new Value(null, field) : null;
        Value? inQuery = Find(query, parameter) is { } text ? new Value(null, text) : null;
        return queryWins ? inQuery ?? inBody : inBody ?? inQuery;
    }

    private static T? Find<T>(List<KeyValuePair<string, T>> values, string parameter)
        where T : struct => Only(values, parameter, out T value) ? value : null;

    private static string? Find(List<KeyValuePair<string, string>> values, string parameter) =>
        Only(values, parameter, out string? value) ? value : null;

    private static bool Only<T>(List<KeyValuePair<string, T>> values, string parameter, out T value)
    {
        int index = values.FindIndex(value => value.Key.Equals(parameter, StringComparison.OrdinalIgnoreCase));
        if (index >= 0 && values.FindIndex(index + 1, value => value.Key.Equals(parameter, StringComparison.OrdinalIgnoreCase)) >= 0)
        {
            throw new ParameterException(parameter, "must be given only once.");
        }

        value = index < 0 ? default! : values[index].Value;
        return index >= 0;
    }

    [GeneratedRegex(@"^[A-Z]{2}[a-fA-F0-9]{32}\z")]
    private static partial Regex SidShape();

    private sealed record Value(JsonElement? Json, string? Text);
}
