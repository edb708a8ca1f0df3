using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Sessions;

/// <summary>The JavaScript client of sessions, <c>clients/sessions.js</c>, in Node.</summary>
public sealed class SessionClientTests
{
    private const string Key = "the-host-key";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task The_client_does_what_its_documentation_shows()
    {
        NodeProgram node = await NodeProgram.InstallAsync();
        Assert.SkipUnless(node.Unavailable is null, node.Unavailable ?? "");
        await using TestApp app = await TestApp.StartAsync(new Dictionary<string, string?> { ["FunctionKeys:Host"] = Key });

        NodeRun run = await node.RunAsync(
            ["sessions.mjs"], new Dictionary<string, string> { ["API_URL"] = app.Url.GetLeftPart(UriPartial.Authority), ["KEY"] = Key }, Timeout);

        run.ExitCode.Should().Be(0, run.Errors);
        run.Lines.Should().Equal("quickstart", "lifecycle", "entry", "pages", "refusals");
    }
}
