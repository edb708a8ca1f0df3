using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

using SyncFunctions.Client;
using SyncFunctions.Functions.Results;

namespace SyncFunctions.OpenApi;

/// <summary>
/// Describes the results of functions, from the same metadata that the serializer uses. Each of the app's types is one component of the document.
/// </summary>
internal sealed class ResultSchemas(OpenApiDocument document, TypeDocumentation documentation, bool isSwagger)
{
    private const string References = "#/components/schemas/";

    private static readonly JsonSerializerOptions Format = FunctionJson.Readable.Options;

    private readonly Dictionary<string, Type> named = new(StringComparer.Ordinal);

    /// <summary>Describes a type.</summary>
    /// <param name="isNullable">Whether <c>null</c> is allowed.</param>
    public IOpenApiSchema Of(Type type, bool isNullable = false)
    {
        if (type == typeof(object))
        {
            return new OpenApiSchema();
        }

        IOpenApiSchema schema = Parse(Describe(type));
        return !isNullable ? schema : OrNull(schema);
    }

    private JsonNode Describe(Type type) => Name(type) is { } name ? Refer(type, name)
        : Format.GetJsonSchemaAsNode(type, new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform });

    private JsonObject Refer(Type type, string name)
    {
        if (!named.TryGetValue(name, out Type? known))
        {
            named.Add(name, type);
            JsonNode schema = Format.GetJsonSchemaAsNode(
                type, new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = (context, node) => Transform(context, node, type) });
            document.AddComponent(name, Parse(schema));
        }
        else if (known != type)
        {
            throw new InvalidOperationException($"{known} and {type} cannot both be called {name}.");
        }

        return new JsonObject { ["$ref"] = References + name };
    }

    private JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema) => Transform(context, schema, described: null);

    private JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema, Type? described)
    {
        Type type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        JsonNode node = type == typeof(JsonText) ? Held(context)
            // Its converter always writes a string.
            : context.PropertyInfo is { Name: "revision", IsGetNullable: false } ? new JsonObject { ["type"] = "string" }
            : Name(type) is { } name && type != described ? OrNull(Refer(type, name), context)
            : schema;
        if (node is not JsonObject members)
        {
            return node;
        }

        if (type.IsEnum)
        {
            members["type"] = "string";
        }
        else if (type == typeof(long) || type == typeof(int))
        {
            members["format"] = type == typeof(long) ? "int64" : "int32";
        }
        else if (type == described)
        {
            members["type"] = "object";
            members["required"] = new JsonArray([.. Required(context.TypeInfo)]);
            members["description"] = documentation.Of(type);
        }

        return context.PropertyInfo is { } property && !members.ContainsKey("$ref") ? Describe(property, members) : members;
    }

    private JsonObject Describe(JsonPropertyInfo property, JsonObject schema)
    {
        if (documentation.Of(property) is { } description)
        {
            schema["description"] = description;
        }

        if (IsLeftOut(property) && schema["type"] is JsonArray types)
        {
            schema["type"] = types[0]!.DeepClone();
        }

        // It comes from a constructor parameter, and means nothing in a result.
        schema.Remove("default");
        return schema;
    }

    private JsonObject OrNull(JsonObject reference, JsonSchemaExporterContext context) =>
        context.PropertyInfo is { IsGetNullable: true } && !isSwagger
            ? new JsonObject { ["oneOf"] = new JsonArray(reference, new JsonObject { ["type"] = "null" }) }
            : reference;

    // The members that are always written. A missing value and null are not the same.
    private static IEnumerable<JsonNode> Required(JsonTypeInfo type) => type.Properties
        .Where(property => !IsLeftOut(property))
        .Select(property => (JsonNode)property.Name);

    // Members that are left out, not written as null, if they have no value.
    private static bool IsLeftOut(JsonPropertyInfo property) =>
        property.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true) is [JsonIgnoreAttribute, ..];

    private static JsonObject Held(JsonSchemaExporterContext context)
    {
        bool isNullable = context.TypeInfo.Type == typeof(JsonText?);
        IReadOnlyList<string> types = context.PropertyInfo?.AttributeProvider?.GetCustomAttributes(typeof(JsonHoldsAttribute), inherit: true)
            is [JsonHoldsAttribute holds, ..] ? holds.Types : ["object"];
        JsonArray all = [.. types, .. isNullable ? ["null"] : Array.Empty<JsonNode>()];
        return all.Count switch { 0 => [], 1 => new JsonObject { ["type"] = types[0] }, _ => new JsonObject { ["type"] = all } };
    }

    // Only the app's own object types have names. A page is named after its elements.
    private static string? Name(Type type) =>
        type.Assembly != typeof(ResultSchemas).Assembly || type.IsEnum || type == typeof(JsonText) ? null
        : type.IsGenericType ? $"{Name(type.GenericTypeArguments[0])}Page"
        : Without(Without(type.Name, "Answer"), "Body");

    private static string Without(string name, string end) => name.EndsWith(end, StringComparison.Ordinal) ? name[..^end.Length] : name;

    private IOpenApiSchema OrNull(IOpenApiSchema schema) => isSwagger ? schema : new OpenApiSchema { OneOf = [schema, new OpenApiSchema { Type = JsonSchemaType.Null }] };

    private IOpenApiSchema Parse(JsonNode node) => node is JsonObject reference && reference["$ref"] is { } target
        ? new OpenApiSchemaReference(target.GetValue<string>()[References.Length..], document)
        : new OpenApiJsonReader().ReadFragment<OpenApiSchema>(node, OpenApiSpecVersion.OpenApi3_1, document, out _)!;
}
