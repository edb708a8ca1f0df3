using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Samples;

/// <summary>The sample <c>observer</c>, in a real browser: <c>Node/observer.mjs</c>.</summary>
public sealed class ObserverTests
{
    [Fact]
    public async Task Two_pages_see_a_calls_snapshots_live()
    {
        await using SamplePages pages = await SamplePages.StartAsync(_ => new Dictionary<string, string?> { ["Jobs:Enabled"] = "true" });
        NodeRun run = await pages.RunAsync("observer.mjs");
        run.ExitCode.Should().Be(0, run.Errors);
    }
}
