using System.Text.Json;
using System.Text.Json.Nodes;

using Json.Schema;

namespace SyncFunctions.Tests.OpenApi;

/// <summary>A description of the functions, as a validator of requests and answers reads it.</summary>
internal sealed class ApiDescription
{
    private const string Json = "application/json";

    private static readonly EvaluationOptions Options = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    private readonly Dictionary<string, JsonSchema> schemas = new(StringComparer.Ordinal);

    private ApiDescription(JsonObject document) => Document = document;

    /// <summary>Gets the whole description.</summary>
    public JsonObject Document { get; }

    /// <summary>Gets the operations with their paths and methods.</summary>
    public IEnumerable<(string Path, string Method, JsonObject Operation)> Operations =>
        from path in Document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select (path.Key, operation.Key, operation.Value!.AsObject());

    public static async Task<ApiDescription> ReadAsync(HttpClient http, string route = "openapi.json") =>
        new(JsonNode.Parse(await http.GetStringAsync(new Uri(route, UriKind.Relative)))!.AsObject());

    /// <summary>Finds the operation of a function.</summary>
    public JsonObject Operation(string route, string method) =>
        Document["paths"]![$"/{route}"]?[method.ToLowerInvariant()]?.AsObject() ?? throw new InvalidOperationException($"{method} {route} is not described.");

    /// <summary>Says what in an answer does not match the description; empty if everything does.</summary>
    public IEnumerable<string> Faults(string route, HttpResponseMessage answer, string body)
    {
        JsonObject responses = Operation(route, answer.RequestMessage!.Method.Method)["responses"]!.AsObject();
        if (Resolve(responses[$"{(int)answer.StatusCode}"]) is not { } response)
        {
            return [$"the status {(int)answer.StatusCode} is not described"];
        }

        if (body.Length == 0 && response["content"] is null)
        {
            return [];
        }

        string? type = answer.Content.Headers.ContentType?.MediaType;
        return response["content"]?[type ?? ""] is not { } content ? [$"{(int)answer.StatusCode} with {type} is not described"]
            : type!.EndsWith("json", StringComparison.Ordinal) && type != "application/x-ndjson" ? Faults(content["schema"]!, JsonDocument.Parse(body).RootElement)
            : [];
    }

    /// <summary>Says what in a JSON body does not match the description; empty if everything does.</summary>
    public IEnumerable<string> Faults(string route, JsonElement body) =>
        Faults(Operation(route, "POST")["requestBody"]!["content"]![Json]!["schema"]!, body);

    // The description's components become the schema's own definitions, and references lead there.
    private List<string> Faults(JsonNode schema, JsonElement value)
    {
        string text = schema.ToJsonString();
        if (!schemas.TryGetValue(text, out JsonSchema? compiled))
        {
            JsonObject whole = schema.DeepClone().AsObject();
            whole["$schema"] = "https://json-schema.org/draft/2020-12/schema";
            whole["$defs"] = Document["components"]!["schemas"]!.DeepClone();
            schemas[text] = compiled = JsonSchema.FromText(whole.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal));
        }

        EvaluationResults results = compiled.Evaluate(value, Options);
        return results.IsValid ? [] : [.. (results.Details ?? [])
            .Where(detail => detail.Errors is not null)
            .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Key}: {error.Value}"))];
    }

    private JsonNode? Resolve(JsonNode? node) => node?["$ref"]?.GetValue<string>() is { } reference
        ? reference[2..].Split('/').Aggregate((JsonNode?)Document, (parent, name) => parent![name])
        : node;
}
