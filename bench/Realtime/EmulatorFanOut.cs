using System.Diagnostics;
using System.Text.Json;

using SyncFunctions.Benchmarks.Servers;
using SyncFunctions.Emulator;
using SyncFunctions.Store.Tokens;

namespace SyncFunctions.Benchmarks.Realtime;

/// <summary>The emulator: changes are updates of documents.</summary>
internal sealed class EmulatorFanOut : FanOut
{
    private readonly List<string> sids = [];
    private readonly string token;

    private EmulatorFanOut(ServerProcess server)
        : base(server, SyncClients.Create(server.Url, Publishers))
    {
        EmulatorOptions options = new();
        AccessTokenIssuer issuer = new(new AccessTokenKey(options.AccountSid, options.ApiKeySid, options.ApiKeySecret, null), TimeProvider.System);
        token = issuer.Issue(new AccessTokenRequest("bench", TimeSpan.FromHours(1), new SyncGrant("default"))).Token;
    }

    /// <summary>Starts an emulator with some documents.</summary>
    public static async Task<EmulatorFanOut> StartAsync(int documents = 1)
    {
        EmulatorFanOut emulator = new(await ServerProcess.StartAsync(EmulatorServers.Emulator));
        for (int i = 0; i < documents; i++)
        {
            await BenchApp.PostAsync(emulator.Client, "Documents", ("UniqueName", $"document-{i}"), ("Data", "{}"));
            using JsonDocument document = JsonDocument.Parse(await emulator.Client.GetStringAsync(new Uri($"Documents/document-{i}", UriKind.Relative)));
            emulator.sids.Add(document.RootElement.GetProperty("sid").GetString()!);
        }

        return emulator;
    }

    /// <summary>Makes a change, and returns the message in which a subscriber receives it.</summary>
    public async Task<byte[]> CaptureAsync()
    {
        using Subscriber subscriber = await SubscribeAsync(0);
        await PublishAsync(0, Stopwatch.GetTimestamp());
        while (true)
        {
            byte[] message = (await subscriber.ReceiveAsync()).ToArray();
            if (Deliveries.TrySetStamp(message, 0))
            {
                return message;
            }
        }
    }

    public override Task PublishAsync(int document, long stamp) =>
        BenchApp.PostAsync(Client, $"Documents/document-{document}", ("Data", Deliveries.DataOf(stamp)));

    protected override Task<Subscriber> SubscribeAsync(int document) => Subscriber.ConnectAsync(Server.Url, token, sids[document]);
}
