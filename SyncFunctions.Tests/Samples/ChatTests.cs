using System.Globalization;
using System.Net;
using System.Net.Sockets;

using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Samples;

/// <summary>The sample <c>chat</c>, in a real browser: <c>Node/chat.mjs</c>.</summary>
public sealed class ChatTests
{
    private const string Identity = "alice";
    private const string Password = "correct horse é + battery";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_user_signs_in_and_keeps_the_connection_with_one_token_after_the_other()
    {
        string browser = Browser.Require();
        using NodeProgram node = await NodeProgram.InstallAsync();
        Assert.SkipUnless(node.Unavailable is null, node.Unavailable ?? "");
        string port = FreePort().ToString(CultureInfo.InvariantCulture);
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using TestApp app = await TestApp.StartAsync(
            new Dictionary<string, string?>
            {
                ["Cors:AllowedOrigins"] = $"http://127.0.0.1:{port}",
                ["Conversations:ServiceSid"] = "IS" + new string('1', 32),
                [$"Tokens:Users:{Identity}"] = new PasswordHasher<string>().HashPassword("", Password),
            },
            services => services.AddSingleton<TimeProvider>(time));

        Task<NodeRun> run = node.RunAsync(
            ["chat.mjs"],
            new Dictionary<string, string>
            {
                ["BROWSER"] = browser,
                ["API_URL"] = app.Url.GetLeftPart(UriPartial.Authority),
                ["SYNC_URL"] = app.Emulator.Url.GetLeftPart(UriPartial.Authority),
                ["PAGE_PORT"] = port,
                ["IDENTITY"] = Identity,
                ["PASSWORD"] = Password,
            },
            Timeout);
        await ToldAsync(app, "chat-connected", run);
        time.Advance(TimeSpan.FromMinutes(58));
        await ToldAsync(app, "chat-renewed", run);
        time.Advance(TimeSpan.FromHours(2));

        NodeRun ended = await run;
        ended.ExitCode.Should().Be(0, ended.Errors);
    }

    // The page's progress; its end says more, should it have failed.
    private static async Task ToldAsync(TestApp app, string docName, Task run)
    {
        while (!run.IsCompleted && (await app.ResolveAsync("searchDocument", new { docName })).GetString() == "")
        {
            await Task.Delay(50);
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
