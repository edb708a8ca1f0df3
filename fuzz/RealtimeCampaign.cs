using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

using SyncFunctions.Store.Tokens;

namespace SyncFunctions.Fuzz;

/// <summary>Sends packets of the realtime protocol. After any input, a connection must respond or be closed, and a new connection must work.</summary>
internal sealed partial class RealtimeCampaign(FuzzTarget target) : Campaign
{
    private const int Inputs = 4;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private static readonly string[] Collections = ["Documents", "Lists", "Maps", "Streams", "Subscriptions", "Insights"];

    /// <inheritdoc/>
    protected override Task<IDisposable?> OpenAsync() => Task.FromResult<IDisposable?>(new Connection(target));

    /// <inheritdoc/>
    protected override async Task SendAsync(Hostile made, int number, IDisposable? sender)
    {
        Connection connection = (Connection)sender!;
        byte[] packet = Packet(made);
        try
        {
            await connection.SendAsync(packet, made.Chance(99) ? WebSocketMessageType.Binary : WebSocketMessageType.Text);
            if (++connection.Inputs % Inputs == 0)
            {
                await connection.RequireServedAsync();
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException)
        {
            // An invalid packet ends the connection; the next input gets a new one.
            Count("closed");
            connection.Reset();
        }
        catch (TimeoutException)
        {
            Find(number, $"no answer after {Encoding.Latin1.GetString(packet)}");
            connection.Reset();
        }

        foreach (int status in connection.TakeStatuses())
        {
            Count(number, Encoding.Latin1.GetString(packet), status);
        }
    }

    private static byte[] Packet(Hostile made)
    {
        string collection = made.Pick(Collections);
        int version = made.Chance(10) ? made.Next(5) : collection == "Subscriptions" ? 4 : 3;
        string path = $"/v{version}/{collection}{(made.Chance(60) ? $"/{Uri.EscapeDataString(made.Name())}" : "")}{(made.Chance(40) ? "/Items" : "")}"
            + (made.Chance(30) ? $"/{made.Next(4)}" : "");
        string body = made.Chance(70)
            ? $"{{\"{made.Pick<string>(["data", "unique_name", "ttl", "items", "requests", "action", "key", "query_string"])}\":{made.Json()},\"unique_name\":\"{made.Name()}\"}}"
            : made.Chance(50) ? made.Json() : "";
        byte[] payload = made.Mutate(Encoding.UTF8.GetBytes(body), 5);
        string http = made.Chance(90)
            ? $$"""{"host":"cds","path":{{JsonSerializer.Serialize(made.Chance(90) ? path : made.Text())}},"method":"{{made.Pick<string>(["GET", "POST", "DELETE", "PUT"])}}","params":{{(made.Chance(80) ? "{}" : made.Json())}},"headers":{{(made.Chance(80) ? "{}" : made.Json())}} }"""
            : made.Json();
        string method = made.Chance(85) ? "message" : made.Pick<string>(["ping", "update", "init", "close", "reply", "bye", "put_notification_ctx", ""]);
        byte[] header = made.Mutate(
            Encoding.UTF8.GetBytes($$"""{"method":"{{method}}","id":"RM{{made.Next(1000)}}","payload_size":{{payload.Length}},"http_request":{{http}} }"""), 1);
        return made.Mutate([.. Encoding.ASCII.GetBytes($"TWILSOCK V3.0 {header.Length}\r\n"), .. header, .. "\r\n"u8, .. payload], 1);
    }

    private sealed partial class Connection(FuzzTarget target) : IDisposable
    {
        private readonly byte[] buffer = new byte[64 * 1024];
        private readonly List<int> statuses = [];
        private ClientWebSocket? socket;
        private int served;

        /// <summary>How many inputs were sent. After a few, the responses are read.</summary>
        public int Inputs { get; set; }

        public async Task SendAsync(byte[] packet, WebSocketMessageType type)
        {
            using CancellationTokenSource expired = new(Timeout);
            socket ??= await ConnectAsync(expired.Token);
            await socket.SendAsync(packet, type, true, expired.Token);
        }

        /// <summary>Sends a valid request, and waits for its response.</summary>
        public async Task RequireServedAsync()
        {
            string id = $"served-{served++}";
            await SendAsync(
                Write($$"""{"method":"message","id":"{{id}}","payload_size":0,"http_request":{"host":"cds","path":"/v3/Documents/known-document","method":"GET"} }"""),
                WebSocketMessageType.Binary);
            using CancellationTokenSource expired = new(Timeout);
            while (!(await ReceiveAsync(socket!, expired.Token)).Contains($"\"{id}\"", StringComparison.Ordinal))
            {
            }
        }

        public void Reset()
        {
            socket?.Dispose();
            socket = null;
        }

        public int[] TakeStatuses()
        {
            int[] taken = [.. statuses];
            statuses.Clear();
            return taken;
        }

        public void Dispose() => Reset();

        private async Task<ClientWebSocket> ConnectAsync(CancellationToken cancellationToken)
        {
            ClientWebSocket connected = new();
            await connected.ConnectAsync(new UriBuilder(target.Emulator) { Scheme = "ws", Path = "/v3/wsconnect" }.Uri, cancellationToken);
            await connected.SendAsync(
                Write($$"""{"method":"init","id":"init","payload_size":0,"token":"{{Token()}}" }"""), WebSocketMessageType.Binary, true, cancellationToken);
            while (!(await ReceiveAsync(connected, cancellationToken)).Contains("\"init\"", StringComparison.Ordinal))
            {
            }

            return connected;
        }

        private async Task<string> ReceiveAsync(ClientWebSocket from, CancellationToken cancellationToken)
        {
            StringBuilder text = new();
            try
            {
                ValueWebSocketReceiveResult received;
                do
                {
                    received = await from.ReceiveAsync(buffer.AsMemory(), cancellationToken);
                    text.Append(Encoding.Latin1.GetString(buffer, 0, received.Count));
                }
                while (!received.EndOfMessage);

                if (received.MessageType == WebSocketMessageType.Close)
                {
                    throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely);
                }
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException();
            }

            string packet = text.ToString();
            statuses.AddRange(Status().Matches(packet).Select(match => int.Parse(match.Groups[1].ValueSpan)));
            return packet;
        }

        private string Token()
        {
            AccessTokenKey key = new(target.Options.AccountSid, target.Options.ApiKeySid, target.Options.ApiKeySecret, Region: null);
            AccessTokenRequest request = new("mallory", TimeSpan.FromHours(1), new SyncGrant(target.Options.ServiceSid));
            return new AccessTokenIssuer(key, TimeProvider.System).Issue(request).Token;
        }

        private static byte[] Write(string header) => Encoding.ASCII.GetBytes($"TWILSOCK V3.0 {header.Length}\r\n{header}\r\n");

        // The status of the packet, or of the request in it; Twilio's own codes have five digits.
        [GeneratedRegex("\"code\":([1-5][0-9]{2})(?![0-9])")]
        private static partial Regex Status();
    }
}
