using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

using SyncFunctions.Functions;
using SyncFunctions.Functions.Binding;
using SyncFunctions.Tests.Contract;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.OpenApi;

/// <summary>The descriptions of the functions are complete, and served correctly.</summary>
public sealed class DescriptionTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const string OpenApi = "openapi.json";
    private const string Swagger = "openapi.v2.json";

    public static TheoryData<string> Documents => [OpenApi, Swagger];

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Every_method_of_every_function_is_described(string document)
    {
        ApiDescription description = await ApiDescription.ReadAsync(fixture.App.Http, document);

        description.Operations.Select(operation => $"{operation.Method.ToUpperInvariant()} {operation.Path}").Should().BeEquivalentTo(
            FunctionTable.Described.SelectMany(function => function.Methods.Select(method => $"{method} /{function.Route}")));
        description.Operations.Select(operation => operation.Operation["operationId"]!.GetValue<string>()).Should().OnlyHaveUniqueItems()
            .And.Contain(FunctionTable.Described.Select(function => function.Name)).And.OnlyContain(id => id.All(char.IsAsciiLetterOrDigit));
        description.Operations.Should().OnlyContain(operation => operation.Operation["tags"]!.AsArray().Count == 1 && operation.Operation["summary"] != null);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Every_parameter_is_described_where_it_is_given(string document)
    {
        ApiDescription description = await ApiDescription.ReadAsync(fixture.App.Http, document);

        foreach (FunctionContract function in FunctionTable.Described)
        {
            foreach (string method in function.Methods)
            {
                Described(description, function, method).Should().BeEquivalentTo(
                    [
                        .. function.RouteParameters.Select(name => (name, true)),
                        .. function.Parameters.Select(parameter => (parameter.Name, parameter.Required)),
                        .. function.UsesSync ? [("service", false)] : Array.Empty<(string, bool)>(),
                    ],
                    "{0} {1} takes them", method, function.Name);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task A_key_is_described_if_the_function_needs_one(string document)
    {
        ApiDescription description = await ApiDescription.ReadAsync(fixture.App.Http, document);
        JsonNode? common = description.Document["security"];

        foreach (FunctionContract function in FunctionTable.Described)
        {
            foreach (string method in function.Methods)
            {
                bool needsKey = (description.Operation(function.Route, method)["security"] ?? common)?.AsArray()
                    .Any(requirement => requirement!.AsObject().ContainsKey("functionKey")) == true;
                needsKey.Should().Be(function.KeyLevel == "Function", "{0} {1}", method, function.Name);
            }
        }
    }

    [Fact]
    public void Every_example_is_accepted()
    {
        foreach (FunctionDeclaration function in FunctionCatalog.All.Select(function => function.Declaration))
        {
            foreach (Parameter parameter in function.Parameters.Concat(function.RouteParameters).Where(parameter => parameter.Name != "pageToken"))
            {
                parameter.Example.Should().NotBeNull("{0} has {1}", function.Name, parameter.Name);
                using JsonDocument example = JsonDocument.Parse(parameter.Example!);
                Delegate parse = (Delegate)parameter.GetType().GetProperty("Parse")!.GetValue(parameter)!;
                parse.Invoking(read => read.DynamicInvoke(new ParameterValue(parameter.Name, example.RootElement)))
                    .Should().NotThrow("{0} gives {1} for {2}", function.Name, parameter.Example, parameter.Name);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task A_caller_that_has_the_description_gets_304(string document)
    {
        using HttpResponseMessage first = await fixture.App.SendAsync(HttpMethod.Get, document);
        string tag = first.Headers.ETag!.ToString();

        foreach (string known in (string[])[tag, $"W/{tag}", $"\"another\", {tag}", "*"])
        {
            using HttpResponseMessage again = await fixture.App.SendAsync(HttpMethod.Get, document, null, ("If-None-Match", known));
            again.StatusCode.Should().Be(HttpStatusCode.NotModified);
            again.Headers.ETag!.ToString().Should().Be(tag);
            (await again.Content.ReadAsByteArrayAsync()).Should().BeEmpty();
        }

        using HttpResponseMessage other = await fixture.App.SendAsync(HttpMethod.Get, document, null, ("If-None-Match", "\"another\", nonsense"));
        other.StatusCode.Should().Be(HttpStatusCode.OK);
        using HttpResponseMessage head = await fixture.App.SendAsync(HttpMethod.Head, document);
        head.Content.Headers.ContentLength.Should().Be(first.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task No_request_influences_the_address()
    {
        string usual = await fixture.App.Http.GetStringAsync(new Uri(OpenApi, UriKind.Relative));

        using HttpResponseMessage answer = await fixture.App.SendAsync(
            HttpMethod.Get, OpenApi, null, ("Host", "evil.example"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Prefix", "/evil"));

        (await answer.Content.ReadAsStringAsync()).Should().Be(usual).And.Contain("""
            "servers":[{"url":"/api"}]
            """).And.NotContain("127.0.0.1");
    }

    [Fact]
    public async Task The_first_public_address_is_the_server()
    {
        await using TestApp app = await TestApp.StartAsync(new Dictionary<string, string?> { ["PublicUrl"] = "https://my-app.azurewebsites.net/, https://other.example" });

        (await ApiDescription.ReadAsync(app.Http)).Document["servers"]!.ToJsonString().Should().Be("""[{"url":"https://my-app.azurewebsites.net/api"}]""");
        JsonObject swagger = (await ApiDescription.ReadAsync(app.Http, Swagger)).Document;
        (swagger["host"]!.GetValue<string>(), swagger["basePath"]!.GetValue<string>(), swagger["schemes"]!.ToJsonString())
            .Should().Be(("my-app.azurewebsites.net", "/api", """["https"]"""));
    }

    private static IEnumerable<(string Name, bool IsRequired)> Described(ApiDescription description, FunctionContract function, string method)
    {
        JsonObject operation = description.Operation(function.Route, method);
        foreach (JsonNode? parameter in operation["parameters"]?.AsArray() ?? [])
        {
            if (parameter!["in"]!.GetValue<string>() != "body")
            {
                yield return (parameter["name"]!.GetValue<string>(), parameter["required"]?.GetValue<bool>() == true);
            }
        }

        JsonNode? schema = operation["requestBody"]?["content"]?["application/json"]?["schema"]
            ?? operation["parameters"]?.AsArray().SingleOrDefault(parameter => parameter!["in"]!.GetValue<string>() == "body")?["schema"];
        if (schema?["$ref"]?.GetValue<string>() is not { } reference)
        {
            yield break;
        }

        JsonObject members = reference[2..].Split('/').Aggregate((JsonNode)description.Document, (node, name) => node[name]!).AsObject();
        foreach ((string name, _) in members["properties"]!.AsObject())
        {
            yield return (name, members["required"]?.AsArray().Any(required => required!.GetValue<string>() == name) == true);
        }
    }
}
