using System.Net;
using System.Net.WebSockets;

using Microsoft.Extensions.Logging.Abstractions;

using SyncFunctions.Emulator;
using SyncFunctions.Tests.Hosting;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator;

/// <summary>The emulator on loopback, whose default credentials are public, serves this machine's own programs and pages, and no others.</summary>
public sealed class LocalGuardTests(LocalGuardTests.Guarded guarded) : IClassFixture<LocalGuardTests.Guarded>
{
    public static TheoryData<string> Own => KeylessAccessTests.Own;

    public static TheoryData<string> Refused => [.. KeylessAccessTests.Foreign.Concat(KeylessAccessTests.NotLocal).Select(row => row.Data)];

    [Theory]
    [MemberData(nameof(Own))]
    public async Task The_machines_own_programs_and_pages_are_served(string headers)
    {
        using HttpResponseMessage response = await SendAsync(headers);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        (await ConnectsAsync(headers)).Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Others_are_refused_even_with_the_credentials(string headers)
    {
        SyncAnswer answer = await SyncAnswer.ReadAsync(await SendAsync(headers));

        answer.ShouldBe(403, 20403);
        (await ConnectsAsync(headers)).Should().BeFalse();
    }

    [Fact]
    public async Task Beyond_loopback_ones_own_credentials_protect_it()
    {
        using TemporaryFolder folder = new();
        EmulatorOptions options = new()
        {
            Address = "0.0.0.0",
            Port = 0,
            DataFile = folder.File("sync.db"),
            AuthToken = new string('a', 32),
            ApiKeySecret = "a secret of one's own",
        };
        await using EmulatorServer server = await EmulatorServer.StartAsync(options, NullLoggerFactory.Instance, TimeProvider.System);
        using HttpClient http = new() { BaseAddress = new Uri($"http://127.0.0.1:{server.Url.Port}/v1/Services") };
        http.DefaultRequestHeaders.Authorization = TestEmulator.Basic(options.AccountSid, options.AuthToken);
        http.DefaultRequestHeaders.Host = "sync.internal.example";

        using HttpResponseMessage response = await http.GetAsync(http.BaseAddress);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    private static IEnumerable<(string Name, string Value)> Lines(string headers) => headers
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => (line.Split(':')[0], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()));

    private async Task<HttpResponseMessage> SendAsync(string headers)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri("Documents", UriKind.Relative));
        foreach ((string name, string value) in Lines(headers))
        {
            request.Headers.TryAddWithoutValidation(name, value).Should().BeTrue();
        }

        return await guarded.Http.SendAsync(request);
    }

    private async Task<bool> ConnectsAsync(string headers)
    {
        using ClientWebSocket socket = new();
        foreach ((string name, string value) in Lines(headers))
        {
            socket.Options.SetRequestHeader(name, value);
        }

        try
        {
            await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{guarded.Server.Url.Port}/v3/wsconnect"), CancellationToken.None);
            return true;
        }
        catch (WebSocketException)
        {
            return false;
        }
    }

    /// <summary>An emulator for which an origin and a name of the machine are configured.</summary>
    public sealed class Guarded : IAsyncLifetime
    {
        private readonly TemporaryFolder folder = new();

        public EmulatorServer Server { get; private set; } = null!;

        public HttpClient Http { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            EmulatorOptions options = new()
            {
                Port = 0,
                DataFile = folder.File("sync.db"),
                AllowedOrigins = KeylessAccessTests.Configured,
                AllowedHosts = "this-machine.example",
            };
            Server = await EmulatorServer.StartAsync(options, NullLoggerFactory.Instance, TimeProvider.System);
            Http = new HttpClient { BaseAddress = new Uri(Server.Url, "/v1/Services/default/") };
            Http.DefaultRequestHeaders.Authorization = TestEmulator.Basic(options.AccountSid, options.AuthToken);
        }

        public async ValueTask DisposeAsync()
        {
            Http.Dispose();
            await Server.DisposeAsync();
            folder.Dispose();
        }
    }
}
