using SyncFunctions.Benchmarks.Servers;

namespace SyncFunctions.Benchmarks.Realtime;

/// <summary>The bare broadcast: changes are messages to groups, with the bytes that a change of a document has in the emulator.</summary>
internal sealed class BroadcastFanOut : FanOut
{
    private readonly byte[] message;

    private BroadcastFanOut(ServerProcess server, byte[] message)
        : base(server, SyncClients.CreateBare(server.Url, Publishers)) => this.message = message;

    /// <summary>Starts a broadcast server.</summary>
    public static async Task<BroadcastFanOut> StartAsync(byte[] message) => new(await ServerProcess.StartAsync(BroadcastServer.Broadcast), message);

    public override async Task PublishAsync(int document, long stamp)
    {
        byte[] body = [.. message];
        Deliveries.TrySetStamp(body, stamp);
        using HttpResponseMessage response = await Client.PostAsync(new Uri($"/publish?group={document}", UriKind.Relative), new ByteArrayContent(body));
        response.EnsureSuccessStatusCode();
    }

    protected override Task<Subscriber> SubscribeAsync(int document) => Subscriber.JoinAsync(Server.Url, document);
}
