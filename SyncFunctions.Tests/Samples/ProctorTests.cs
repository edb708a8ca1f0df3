using System.Net;
using System.Net.Sockets;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Samples;

/// <summary>The sample "proctor" in a real browser: <c>Node/proctor.mjs</c>.</summary>
public sealed class ProctorTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Two_pages_hand_each_other_actions()
    {
        string browser = Browser.Require();
        NodeProgram node = await NodeProgram.InstallAsync();
        Assert.SkipUnless(node.Unavailable is null, node.Unavailable ?? "");
        int port = FreePort();
        await using TestApp app = await TestApp.StartAsync(new Dictionary<string, string?> { ["Cors:AllowedOrigins"] = $"http://127.0.0.1:{port}" });

        NodeRun run = await node.RunAsync(
            ["proctor.mjs"],
            new Dictionary<string, string>
            {
                ["BROWSER"] = browser,
                ["API_URL"] = app.Url.GetLeftPart(UriPartial.Authority),
                ["PAGE_PORT"] = $"{port}",
            },
            Timeout);

        run.ExitCode.Should().Be(0, run.Errors);
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
