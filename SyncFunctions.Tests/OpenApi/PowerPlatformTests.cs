using System.Text;
using System.Text.Json.Nodes;

using SyncFunctions.Tests.Contract;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.OpenApi;

/// <summary>The description in Swagger 2.0 keeps to what the custom connectors of Power Platform and Logic Apps can import.</summary>
public sealed class PowerPlatformTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const int MaximumSize = 1024 * 1024;

    private static readonly string[] Types = ["string", "number", "integer", "boolean", "array", "object"];

    [Fact]
    public async Task The_file_is_small_enough()
    {
        string text = await fixture.App.Http.GetStringAsync(new Uri("openapi.v2.json", UriKind.Relative));

        Encoding.UTF8.GetByteCount(text).Should().BeLessThan(MaximumSize);
    }

    [Fact]
    public async Task No_schema_needs_more_than_Swagger_has()
    {
        ApiDescription description = await ApiDescription.ReadAsync(fixture.App.Http, "openapi.v2.json");

        description.Document["swagger"]!.GetValue<string>().Should().Be("2.0");
        description.Document.Remove("securityDefinitions");
        foreach (JsonObject part in Objects(description.Document))
        {
            foreach (string keyword in (string[])["oneOf", "anyOf", "allOf", "not", "const", "nullable", "$defs", "examples", "discriminator"])
            {
                // A parameter or a member may have that name; what it holds is then a schema of its own.
                (part[keyword] is JsonArray or JsonValue).Should().BeFalse("{0} is no part of it: {1}", keyword, part.ToJsonString());
            }

            if (part["type"] is JsonNode type and not JsonObject)
            {
                Types.Should().Contain(type is JsonValue value ? value.GetValue<string>() : "several types", part.ToJsonString());
            }
        }
    }

    [Fact]
    public async Task An_operation_has_at_most_one_body_that_has_a_name_and_no_form()
    {
        ApiDescription description = await ApiDescription.ReadAsync(fixture.App.Http, "openapi.v2.json");

        foreach ((string path, string method, JsonObject operation) in description.Operations)
        {
            JsonNode[] outside = [.. (operation["parameters"]?.AsArray() ?? []).Select(parameter => parameter!)];
            outside.Where(parameter => parameter["in"]!.GetValue<string>() == "formData").Should().BeEmpty("{0} {1}", method, path);
            outside.Where(parameter => parameter["in"]!.GetValue<string>() == "body").Select(parameter => parameter["name"]!.GetValue<string>())
                .Should().BeSubsetOf(["body"]).And.HaveCountLessThanOrEqualTo(1);
            (operation["consumes"]?.AsArray().Count ?? 1).Should().Be(1);
            operation["responses"]!.AsObject().Should().ContainKey(path == "/startJob" ? "202" : "200");
        }
    }

    [Fact]
    public async Task Each_function_is_one_action_and_each_of_its_inputs_has_a_title()
    {
        ApiDescription description = await ApiDescription.ReadAsync(fixture.App.Http, "openapi.v2.json");

        string[] shown = [.. description.Operations.Where(operation => operation.Operation["x-ms-visibility"]!.GetValue<string>() == "important")
            .Select(operation => operation.Operation["operationId"]!.GetValue<string>())];
        shown.Should().BeEquivalentTo(FunctionTable.Described.Select(function => function.Name).Except(["webhook", "join", "openapi", "openapiV2"]));
        foreach ((string name, JsonNode? schema) in description.Document["definitions"]!.AsObject().Where(schema => schema.Key.EndsWith("Parameters", StringComparison.Ordinal)))
        {
            schema!["properties"]!.AsObject().Should().OnlyContain(
                property => property.Value!["x-ms-summary"] != null && property.Value!["x-ms-visibility"] != null, "{0} is what an action takes", name);
        }
    }

    private static IEnumerable<JsonObject> Objects(JsonNode node) => node switch
    {
        JsonObject members => members.Select(member => member.Value).OfType<JsonNode>().SelectMany(Objects).Prepend(members),
        JsonArray elements => elements.OfType<JsonNode>().SelectMany(Objects),
        _ => [],
    };
}
