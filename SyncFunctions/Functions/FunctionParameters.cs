using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

using Microsoft.AspNetCore.Http;

using SyncFunctions.Store;

namespace SyncFunctions.Functions;

/// <summary>
/// The parameters of a call: members of a JSON object, fields of a form, or fields of the query string. The body wins over the query; names
/// are not case-sensitive; unknown names do no harm.
/// </summary>
internal sealed partial class FunctionParameters
{
    /// <summary>Sync's limit for data.</summary>
    public const int MaximumDataSize = 16 * 1024;

    private const int MaximumNameLength = 320;

    private readonly List<KeyValuePair<string, JsonElement>> body;
    private readonly List<KeyValuePair<string, string>> form;
    private readonly List<KeyValuePair<string, string>> query;
    private readonly HttpRequest request;

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

    /// <summary>The key of the Sync service to use.</summary>
    public string Service() => Text("service") ?? Configuration.SyncSettings.DefaultService;

    /// <summary>A required unique name of an object: 1 to 320 characters, not of the form of a SID.</summary>
    public string Name(string parameter)
    {
        string name = Key(parameter);
        return SidShape().IsMatch(name)
            ? throw new ParameterException(parameter, "must not have the form of a SID: objects are named by their unique names here.")
            : name;
    }

    /// <summary>A required key of a map item: 1 to 320 characters.</summary>
    public string Key(string parameter)
    {
        string key = Required(parameter);
        return key switch
        {
            { Length: > MaximumNameLength } => throw new ParameterException(parameter, $"must not be longer than {MaximumNameLength} characters."),
            // As segments of a URL's path these lead elsewhere, however they are written.
            "." or ".." => throw new ParameterException(parameter, "must not be . or .., which Sync's URLs cannot carry."),
            _ when key.Any(char.IsControl) => throw new ParameterException(parameter, "must not have control characters."),
            _ => key,
        };
    }

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

    /// <summary>The required <c>data</c>: a JSON object of at most 16 KiB, whose text is passed on as it is.</summary>
    public JsonElement Data()
    {
        const string Parameter = "data";
        JsonElement data = Find(Parameter) switch
        {
            null => throw new ParameterException(Parameter, "is required."),
            { Json: { } json } => json,
            { Text: var text } => RequestBody.TryParse(Encoding.UTF8.GetBytes(text!))
                ?? throw new ParameterException(Parameter, "must be the text of a JSON object."),
        };
        JsonObjectText.Check(Parameter, data, MaximumDataSize);
        return data;
    }

    /// <summary>The <c>ttl</c>: whole seconds from 0 to a year; left out = 0 = never.</summary>
    /// <param name="canKeep">Whether <c>keep</c> leaves an expiry as it is.</param>
    public SyncTtl Ttl(bool canKeep = false)
    {
        const string Parameter = "ttl";
        string? text = Find(Parameter) switch
        {
            null => null,
            { Json: { ValueKind: JsonValueKind.Number or JsonValueKind.String } json } => json.ToString(),
            { Json: not null } => "",
            { Text: var value } => value,
        };
        return text switch
        {
            null => SyncTtl.Never,
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

    // What was given under a name: in the body, or else in the query. A JSON null is as good as nothing.
    private Value? Find(string parameter) =>
        Find(body, parameter) is { } json
            ? json.ValueKind == JsonValueKind.Null ? null : new Value(json, null)
            : (Find(form, parameter) ?? Find(query, parameter)) is { } text ? new Value(null, text) : null;

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
