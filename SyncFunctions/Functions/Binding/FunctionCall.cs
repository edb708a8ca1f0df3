using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

using Microsoft.AspNetCore.Http;

using SyncFunctions.Store;

namespace SyncFunctions.Functions.Binding;

/// <summary>
/// The values of a call: members of a JSON object, fields of a form, and fields of the query string. The body takes precedence over the query. Names are
/// not case-sensitive, and unknown names are ignored.
/// </summary>
/// <remarks>
/// Only for a callback signed by Twilio, the query takes precedence: its URL is the app owner's, while others can influence the callback's fields (for
/// example a caller's own parameters), and must not direct it to another object.
/// </remarks>
internal sealed class FunctionCall
{
    private readonly List<KeyValuePair<string, JsonElement>> body;
    private readonly List<KeyValuePair<string, string>> form;
    private readonly List<KeyValuePair<string, string>> query;
    private readonly FunctionDeclaration function;
    private readonly HttpRequest request;
    private readonly bool queryWins;

    private FunctionCall(
        FunctionDeclaration function,
        HttpRequest request,
        List<KeyValuePair<string, JsonElement>> body,
        List<KeyValuePair<string, string>> form,
        List<KeyValuePair<string, string>> query)
    {
        this.function = function;
        this.request = request;
        this.body = body;
        this.form = form;
        this.query = query;
        queryWins = SignedCallback.Is(request);
    }

    /// <summary>Reads the values in a request to a function.</summary>
    /// <exception cref="ParameterException">The query or the body cannot be read.</exception>
    public static async Task<FunctionCall> ReadAsync(HttpRequest request, FunctionDeclaration function, CancellationToken cancellationToken)
    {
        string queryString = request.QueryString.Value ?? "";
        List<KeyValuePair<string, string>> query = FormText.Parse(Encoding.UTF8.GetBytes(queryString.TrimStart('?')), "query");
        ReadOnlyMemory<byte> content = function.TakesSnapshot && SnapshotBody.Is(request) ? default : await RequestBody.ReadAsync(request, cancellationToken);
        return content.IsEmpty
            ? new FunctionCall(function, request, [], [], query)
            : RequestBody.IsForm(request)
                ? new FunctionCall(function, request, [], FormText.Parse(content.Span, RequestBody.Parameter), query)
                : new FunctionCall(function, request, RequestBody.ParseJson(content), [], query);
    }

    /// <summary>Gets a hint for the error of a missing parameter, with a leading space; empty if there is none.</summary>
    /// <remarks><c>curl -d</c> sends JSON as a form, unless it gets another content type.</remarks>
    public string Hint => form is [{ Key: var name }, ..] && name.TrimStart().StartsWith('{')
        ? " The body looks like JSON but is sent as a form: add the header Content-Type: application/json."
        : "";

    /// <summary>Finds the value of a parameter; <see langword="null"/> if it is not given. A JSON <c>null</c> counts as not given.</summary>
    /// <exception cref="ParameterException">It is given twice in one place.</exception>
    public ParameterValue? Find(string parameter)
    {
        ParameterValue? inBody = Only(body, parameter) is { } json
            ? json.ValueKind == JsonValueKind.Null ? null : new ParameterValue(parameter, json)
            : Only(form, parameter) is { } field ? new ParameterValue(parameter, field) : null;
        ParameterValue? inQuery = FindInQuery(parameter);
        return queryWins ? inQuery ?? inBody : inBody ?? inQuery;
    }

    /// <summary>
    /// Reads the key or the SID of the Sync service to use. In a signed callback, only the query can name another service than the default.
    /// </summary>
    public string Service()
    {
        string name = Parameter.Service.Name;
        return (queryWins ? FindInQuery(name) : Find(name))?.AsText() ?? SyncStores.DefaultKey;
    }

    /// <summary>Finds the header <c>If-Match</c>; <see langword="null"/> if there is none.</summary>
    public ParameterValue? IfMatchHeader() =>
        request.Headers.IfMatch.Count == 0 ? null : new ParameterValue("If-Match", request.Headers.IfMatch.ToString());

    /// <summary>
    /// Makes an object from the fields of a form that are not parameters of the function; <see langword="null"/> if there are none. A repeated field
    /// becomes an array, so that no value is lost.
    /// </summary>
    public JsonElement? FormData()
    {
        IGrouping<string, string>[] fields =
            [.. form.Where(field => !function.HasParameter(field.Key)).GroupBy(field => field.Key, field => field.Value, StringComparer.Ordinal)];
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

    private ParameterValue? FindInQuery(string parameter) => Only(query, parameter) is { } text ? new ParameterValue(parameter, text) : null;

    private static JsonElement? Only(List<KeyValuePair<string, JsonElement>> values, string parameter) =>
        IndexOfOnly(values, parameter) is var index and >= 0 ? values[index].Value : null;

    private static string? Only(List<KeyValuePair<string, string>> values, string parameter) =>
        IndexOfOnly(values, parameter) is var index and >= 0 ? values[index].Value : null;

    private static int IndexOfOnly<T>(List<KeyValuePair<string, T>> values, string parameter)
    {
        int found = -1;
        for (int i = 0; i < values.Count; i++)
        {
            if (values[i].Key.Equals(parameter, StringComparison.OrdinalIgnoreCase))
            {
                found = found < 0 ? i : throw new ParameterException(parameter, "must be given only once.");
            }
        }

        return found;
    }
}
