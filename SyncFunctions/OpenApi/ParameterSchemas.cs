using System.Globalization;
using System.Text.Json.Nodes;

using Microsoft.OpenApi;

using SyncFunctions.Functions.Binding;

namespace SyncFunctions.OpenApi;

/// <summary>Describes the values of parameters.</summary>
/// <param name="isSwagger">Whether the schema is for Swagger 2.0, which allows one type for each value.</param>
internal sealed class ParameterSchemas(bool isSwagger)
{
    private const string ShortName = "^[A-Za-z0-9_-]+$";

    /// <summary>Describes a parameter's values.</summary>
    public OpenApiSchema Of(Parameter parameter)
    {
        OpenApiSchema schema = Values(parameter);
        schema.Description = Describe(parameter);
        schema.Default = parameter.Default is { } value ? Written(value, schema) : null;
        schema.Examples = Example(parameter) is { } example ? [example] : null;
        schema.Extensions = isSwagger ? PowerPlatform.Of(parameter) : null;
        return schema;
    }

    /// <summary>Describes an object of several parameters.</summary>
    /// <param name="isForm">Whether the object is a form, whose other fields can be part of a parameter.</param>
    public OpenApiSchema Of(IReadOnlyList<Parameter> parameters, bool isForm = false) => new()
    {
        Type = JsonSchemaType.Object,
        Properties = parameters.ToDictionary(parameter => parameter.Name, parameter => (IOpenApiSchema)Of(parameter)),
        Required = parameters.Where(parameter => parameter.IsRequired && !(isForm && parameter.TakesOtherFields)).Select(parameter => parameter.Name).ToHashSet(),
    };

    /// <summary>Describes a parameter, with its maximum size if no keyword of the schema has it.</summary>
    public static string Describe(Parameter parameter) => parameter.MaximumSize is not { } size ? parameter.Description
        : $"{parameter.Description} {(parameter.Kind == ParameterKind.JsonObjects ? "Each has at" : "At")} most {size / 1024} KiB.";

    /// <summary>Gets an example value; <see langword="null"/> if none can be derived.</summary>
    public JsonNode? Example(Parameter parameter) => parameter.Example is not { } example ? null
        : JsonNode.Parse(example) is var node && IsText(parameter) && node is JsonValue value && value.TryGetValue(out long number)
            ? number.ToString(CultureInfo.InvariantCulture) : node;

    private OpenApiSchema Values(Parameter parameter) => parameter.Kind switch
    {
        ParameterKind.JsonObject => new OpenApiSchema { Type = JsonSchemaType.Object },
        ParameterKind.JsonPatch => new OpenApiSchema { Type = isSwagger ? null : JsonSchemaType.Object | JsonSchemaType.Array },
        ParameterKind.JsonObjects => List(parameter, new OpenApiSchema { Type = JsonSchemaType.Object }),
        ParameterKind.ObjectList => List(parameter, Of(parameter.Members)),
        ParameterKind.Choices => List(parameter, new OpenApiSchema { Type = JsonSchemaType.String, Enum = Words(parameter) }),
        ParameterKind.Texts => List(parameter, new OpenApiSchema { Type = JsonSchemaType.String, Pattern = ShortName }),
        ParameterKind.Integer => Number(parameter),
        ParameterKind.Number => new OpenApiSchema { Type = JsonSchemaType.Number },
        ParameterKind.Boolean => new OpenApiSchema { Type = JsonSchemaType.Boolean },
        ParameterKind.Ttl when parameter.Words.Count == 0 => Number(parameter),
        ParameterKind.Ttl => Either(parameter),
        ParameterKind.Choice or ParameterKind.Word => new OpenApiSchema { Type = JsonSchemaType.String, Enum = Words(parameter) },
        ParameterKind.Sid => new OpenApiSchema { Type = JsonSchemaType.String, Pattern = $"^{parameter.Prefix}[0-9a-fA-F]{{32}}$" },
        ParameterKind.ShortName => Text(parameter, ShortName),
        _ => Text(parameter),
    };

    // A number, or a word instead of it.
    private bool IsText(Parameter parameter) => isSwagger && parameter is { Kind: ParameterKind.Ttl, Words.Count: > 0 };

    // A number or a word. In OpenAPI it has no type, only a pattern for text and bounds for numbers, because client generators use only the first of
    // several types.
    private OpenApiSchema Either(Parameter parameter) => new()
    {
        Type = isSwagger ? JsonSchemaType.String : null,
        Pattern = $"^([0-9]+|{string.Join('|', parameter.Words)})$",
        Minimum = isSwagger ? null : Text(parameter.Minimum),
        Maximum = isSwagger ? null : Text(parameter.Maximum),
    };

    private static string? Text(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static OpenApiSchema Text(Parameter parameter, string? pattern = null) =>
        new() { Type = JsonSchemaType.String, MinLength = 1, MaxLength = parameter.MaximumLength, Pattern = pattern };

    private static OpenApiSchema Number(Parameter parameter) => new()
    {
        Type = JsonSchemaType.Integer,
        Format = parameter.Maximum is <= int.MaxValue ? "int32" : "int64",
        Minimum = Text(parameter.Minimum),
        Maximum = Text(parameter.Maximum),
    };

    private static OpenApiSchema List(Parameter parameter, OpenApiSchema item) =>
        new() { Type = JsonSchemaType.Array, MinItems = parameter.MinimumCount ?? 1, MaxItems = parameter.MaximumCount, Items = item };

    private static List<JsonNode> Words(Parameter parameter) => [.. parameter.Words.Select(word => (JsonNode)word)];

    private static JsonNode? Written(string value, OpenApiSchema schema) => schema.Type is JsonSchemaType.String
        || (schema.Pattern is not null && !char.IsAsciiDigit(value[0])) ? value : JsonNode.Parse(value);
}
