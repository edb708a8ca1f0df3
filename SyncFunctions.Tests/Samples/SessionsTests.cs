using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Samples;

/// <summary>The sample <c>sessions</c>, in a real browser: <c>Node/sample-sessions.mjs</c>.</summary>
public sealed class SessionsTests
{
    [Fact]
    public async Task A_host_and_a_guest_meet_in_two_tabs()
    {
        string api = $"http://127.0.0.1:{Ports.FindFree()}";
        await using SamplePages pages = await SamplePages.StartAsync(site => new Dictionary<string, string?>
        {
            ["urls"] = api,
            ["Sessions:JoinUrl"] = $"{site}/sessions/?api={Uri.EscapeDataString(api)}",
        });
        NodeRun run = await pages.RunAsync("sample-sessions.mjs");
        run.ExitCode.Should().Be(0, run.Errors);
    }
}
