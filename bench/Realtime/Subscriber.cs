using System.Net.WebSockets;
using System.Text;

namespace SyncFunctions.Benchmarks.Realtime;

/// <summary>A client that does what Twilio's does: it signs in, subscribes to a document, and acknowledges each change.</summary>
internal sealed class Subscriber : IDisposable
{
    private static readonly byte[] Acknowledgement =
        Packet("""{"id":"TM3","method":"reply","status":{"code":200,"status":"OK"},"payload_type":"application/json","payload_size":0}""", "");

    private readonly ClientWebSocket socket = new();
    private readonly byte[] buffer = new byte[4 * 1024];

    private Subscriber()
    {
    }

    /// <summary>Connects to an emulator, and subscribes to a document.</summary>
    public static async Task<Subscriber> ConnectAsync(Uri emulator, string token, string documentSid)
    {
        Subscriber subscriber = new();
        await subscriber.socket.ConnectAsync(new UriBuilder(emulator) { Scheme = Uri.UriSchemeWs, Path = "/v3/wsconnect" }.Uri, CancellationToken.None);
        await subscriber.SendAsync($$"""{"id":"TM1","method":"init","token":"{{token}}","registrations":[],"capabilities":[],"payload_size":0}""", "");
        await subscriber.ReceiveUntilAsync("\"TM1\"");
        string body = $$"""{"event_protocol_version":4,"action":"establish","correlation_id":1,"requests":[{"object_sid":"{{documentSid}}","object_type":"document","last_event_id":null}]}""";
        await subscriber.SendAsync(
            $$"""{"id":"TM2","method":"message","active_grant":"data_sync","payload_type":"application/json","http_request":{"host":"cds","path":"/v4/Subscriptions","method":"POST","params":{},"headers":{} },"payload_size":{{body.Length}}}""",
            body);
        await subscriber.ReceiveUntilAsync("subscription_established");
        return subscriber;
    }

    /// <summary>Connects to a broadcast server, and joins a group.</summary>
    public static async Task<Subscriber> JoinAsync(Uri broadcast, int group)
    {
        Subscriber subscriber = new();
        await subscriber.socket.ConnectAsync(
            new UriBuilder(broadcast) { Scheme = Uri.UriSchemeWs, Path = "/subscribe", Query = $"group={group}" }.Uri, CancellationToken.None);
        return subscriber;
    }

    /// <summary>Receives one message, and acknowledges it.</summary>
    public async Task<ReadOnlyMemory<byte>> ReceiveAsync()
    {
        int length = 0;
        ValueWebSocketReceiveResult result;
        do
        {
            result = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
            length += result.Count;
        }
        while (!result.EndOfMessage);
        await socket.SendAsync(Acknowledgement, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        return buffer.AsMemory(0, length);
    }

    /// <summary>Receives messages until the connection ends.</summary>
    public async Task ListenAsync(Deliveries deliveries)
    {
        try
        {
            while (true)
            {
                deliveries.Note((await ReceiveAsync()).Span);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // The run has ended.
        }
    }

    public void Dispose() => socket.Abort();

    private async Task ReceiveUntilAsync(string text)
    {
        ValueWebSocketReceiveResult result;
        do
        {
            result = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
        }
        while (!Encoding.UTF8.GetString(buffer, 0, result.Count).Contains(text, StringComparison.Ordinal));
    }

    private Task SendAsync(string header, string payload) =>
        socket.SendAsync(Packet(header, payload), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);

    private static byte[] Packet(string header, string payload) =>
        Encoding.UTF8.GetBytes($"TWILSOCK V3.0 {Encoding.UTF8.GetByteCount(header)}\r\n{header}\r\n{payload}");
}
