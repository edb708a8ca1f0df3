using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Clients;

/// <summary>The JavaScript clients in Node, over the functions, the emulator and Twilio's own client.</summary>
public sealed class ClientTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    /// <summary>The settings that <c>Node/sync-document.mjs</c> needs.</summary>
    private static readonly Dictionary<string, string?> ActionTypes = new()
    {
        ["ActionTypes:extension:stopSession:redirectURL"] = "",
        ["ActionTypes:extension:startSession"] = "",
        ["ActionTypes:extension:work"] = "",
        ["ActionTypes:onboarding:showMessage:text"] = "",
        ["ActionTypes:onboarding:showMessage:level"] = "info",
        ["ActionTypes:onboarding:startSession"] = "",
    };

    [Fact]
    public async Task The_types_that_the_clients_declare_hold()
    {
        NodeProgram node = await RequireNodeAsync();
        NodeRun run = await node.RunAsync(["node_modules/typescript/bin/tsc", "--project", "."], new Dictionary<string, string>(), Timeout);
        run.ExitCode.Should().Be(0, run.Output);
    }

    [Fact]
    public async Task The_client_of_a_document_with_queues_works_as_documented()
    {
        NodeProgram node = await RequireNodeAsync();
        await using TestApp app = await TestApp.StartAsync(ActionTypes);
        NodeRun run = await node.RunAsync(
            ["sync-document.mjs"], new Dictionary<string, string> { ["API_URL"] = app.Url.GetLeftPart(UriPartial.Authority) }, Timeout);
        run.Outcomes.Should().HaveCountGreaterThan(10).And.OnlyContain(outcome => outcome.Value == "ok", run.Errors);
        run.ExitCode.Should().Be(0, run.Errors);
    }

    [Fact]
    public async Task The_clients_of_an_observer_work_as_documented()
    {
        NodeProgram node = await RequireNodeAsync();
        await using TestApp app = await TestApp.StartAsync();
        NodeRun run = await node.RunAsync(
            ["--expose-gc", "data-frames.mjs"], new Dictionary<string, string> { ["API_URL"] = app.Url.GetLeftPart(UriPartial.Authority) }, Timeout);
        run.Outcomes.Should().HaveCountGreaterThan(10).And.OnlyContain(outcome => outcome.Value == "ok", run.Errors);
        run.ExitCode.Should().Be(0, run.Errors);
    }

    private static async Task<NodeProgram> RequireNodeAsync()
    {
        NodeProgram node = await NodeProgram.InstallAsync();
        Assert.SkipUnless(node.Unavailable is null, node.Unavailable ?? "");
        return node;
    }
}
