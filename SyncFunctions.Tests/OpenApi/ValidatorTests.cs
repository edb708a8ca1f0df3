using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.OpenApi;

/// <summary>Public validators take the descriptions: the parser of the Swagger project's JSON schemas, and Redocly's linter.</summary>
public sealed class ValidatorTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    // A description of the app itself cannot fail through its caller.
    private const string NoClientFailure = "operation-4xx-response";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Both_are_valid()
    {
        NodeProgram node = await NodeProgram.InstallAsync("openapi");
        Assert.SkipWhen(node.Unavailable is not null, node.Unavailable ?? "");
        using TemporaryFolder folder = new();
        string[] documents = ["openapi.json", "openapi.v2.json"];
        foreach (string document in documents)
        {
            await File.WriteAllBytesAsync(
                folder.File(document), await fixture.App.Http.GetByteArrayAsync(new Uri(document, UriKind.Relative)), TestContext.Current.CancellationToken);
        }

        NodeRun run = await node.RunAsync(["openapi/validate.mjs", .. documents.Select(folder.File)], new Dictionary<string, string>(), Timeout);

        run.ExitCode.Should().Be(0, run.Errors);
        JsonElement[] lines = [.. run.Lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
        lines.Where(line => line.TryGetProperty("version", out _)).Select(line => line.GetProperty("version").GetString()![..3]).Should().Equal("3.1", "2.0");
        lines.Where(line => line.TryGetProperty("rule", out JsonElement rule) && rule.GetString() != NoClientFailure)
            .Select(line => line.ToString()).Should().BeEmpty();
    }
}
