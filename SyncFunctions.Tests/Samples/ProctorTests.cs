using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Samples;

/// <summary>The sample <c>proctor</c>, in a real browser: <c>Node/proctor.mjs</c>.</summary>
public sealed class ProctorTests
{
    [Fact]
    public async Task Two_pages_hand_each_other_actions()
    {
        await using SamplePages pages = await SamplePages.StartAsync();
        NodeRun run = await pages.RunAsync("proctor.mjs");
        run.ExitCode.Should().Be(0, run.Errors);
    }
}
