using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Samples;

/// <summary>The sample <c>board</c>, in a real browser: <c>Node/board.mjs</c>.</summary>
public sealed class BoardTests
{
    [Fact]
    public async Task Two_tabs_share_what_the_board_has()
    {
        await using SamplePages pages = await SamplePages.StartAsync();
        NodeRun run = await pages.RunAsync("board.mjs");
        run.ExitCode.Should().Be(0, run.Errors);
    }
}
