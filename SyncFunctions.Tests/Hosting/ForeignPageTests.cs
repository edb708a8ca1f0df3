using SyncFunctions.Emulator;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Hosting;

/// <summary>
/// A real browser on a foreign page: its forms, scripts, images, navigations, sockets, and a host name that is rebound to this machine, read and change
/// nothing. The user's own pages still work.
/// </summary>
public sealed class ForeignPageTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_page_that_the_user_visits_can_use_neither_the_functions_nor_the_emulator()
    {
        string browser = Browser.Require();
        NodeProgram node = await NodeProgram.InstallAsync();
        Assert.SkipUnless(node.Unavailable is null, node.Unavailable ?? "");
        await using TestApp app = await TestApp.StartAsync();

        NodeRun run = await node.RunAsync(
            ["foreign.mjs"],
            new Dictionary<string, string>
            {
                ["BROWSER"] = browser,
                ["API_URL"] = app.Url.GetLeftPart(UriPartial.Authority),
                ["SYNC_URL"] = app.Emulator.Url.GetLeftPart(UriPartial.Authority),
                ["ACCOUNT_SID"] = "AC" + new string('0', 32),
                ["AUTH_TOKEN"] = new EmulatorOptions().AuthToken,
            },
            Timeout);

        run.ExitCode.Should().Be(0, run.Errors);
    }
}
