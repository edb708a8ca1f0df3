using System.Globalization;
using System.Net;
using System.Net.Sockets;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Sessions;

/// <summary>The sample of sessions, <c>samples/sessions</c>, in a real browser.</summary>
public sealed class SessionSampleTests
{
    // Where to draw the picture of the documentation, if it is to be drawn anew.
    private const string Screenshot = "SESSIONS_SCREENSHOT";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task A_host_and_a_guest_meet_in_two_tabs()
    {
        string browser = Browser.Require();
        using NodeProgram node = await NodeProgram.InstallAsync();
        Assert.SkipUnless(node.Unavailable is null, node.Unavailable ?? "");
        (int site, int api) = (FreePort(), FreePort());
        string apiUrl = $"http://127.0.0.1:{api}";
        await using TestApp app = await TestApp.StartAsync(new Dictionary<string, string?>
        {
            ["urls"] = apiUrl,
            ["Cors:AllowedOrigins"] = $"http://127.0.0.1:{site}",
            ["Sessions:JoinUrl"] = $"http://127.0.0.1:{site}/sessions/?api={Uri.EscapeDataString(apiUrl)}",
        });
        Dictionary<string, string> environment = new()
        {
            ["BROWSER"] = browser,
            ["API_URL"] = apiUrl,
            ["PORT"] = site.ToString(CultureInfo.InvariantCulture),
        };
        if (Environment.GetEnvironmentVariable(Screenshot) is { Length: > 0 } picture)
        {
            environment["SCREENSHOT"] = picture;
        }

        NodeRun run = await node.RunAsync(["sample-sessions.mjs"], environment, Timeout);

        run.ExitCode.Should().Be(0, run.Errors);
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
