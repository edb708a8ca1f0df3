using System.Buffers;
using System.Globalization;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using SyncFunctions.Emulator;

namespace SyncFunctions.Tests.Support;

/// <summary>A client of the realtime protocol that sends exactly what it is told to.</summary>
internal sealed class TwilsockClient : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly ClientWebSocket socket = new();
    private readonly byte[] buffer = new byte[64 * 1024];
    private readonly Queue<Packet> unread = new();
    private int lastId;

    public WebSocketState State => socket.State;

    /// <summary>Connects, and does not yet say who it is.</summary>
    /// <param name="receiveBuffer">How much the system may keep for it unread; 0 for what is usual.</param>
    public static async Task<TwilsockClient> ConnectAsync(
        TestEmulator emulator, Action<ClientWebSocketOptions>? configure = null, int receiveBuffer = 0)
    {
        TwilsockClient client = new();
        configure?.Invoke(client.socket.Options);
        using SocketsHttpHandler handler = new()
        {
            ConnectCallback = async (context, cancellationToken) =>
            {
                Socket connection = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                if (receiveBuffer > 0)
                {
                    connection.ReceiveBufferSize = receiveBuffer;
                }

                await connection.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(connection, ownsSocket: true);
            },
        };
        using HttpMessageInvoker invoker = new(handler, disposeHandler: false);
        UriBuilder address = new(emulator.Server.Url) { Scheme = "ws", Path = "/v3/wsconnect" };
        using CancellationTokenSource expired = new(Timeout);
        await client.socket.ConnectAsync(address.Uri, invoker, expired.Token);
        return client;
    }

    /// <summary>Connects as an identity of a service.</summary>
    public static async Task<TwilsockClient> SignInAsync(
        TestEmulator emulator, string identity = "alice", string? service = null, int receiveBuffer = 0, TimeProvider? time = null)
    {
        TwilsockClient client = await ConnectAsync(emulator, receiveBuffer: receiveBuffer);
        (await client.InitAsync(Token(emulator.Options, identity, service, time))).Status.Should().Be(200);
        return client;
    }

    /// <summary>An access token that the emulator accepts.</summary>
    public static string Token(EmulatorOptions options, string identity = "alice", string? service = null, TimeProvider? time = null)
    {
        long now = (time ?? TimeProvider.System).GetUtcNow().ToUnixTimeSeconds();
        return Sign(options, JsonSerializer.Serialize(new
        {
            iss = options.ApiKeySid,
            sub = options.AccountSid,
            exp = now + 3600,
            grants = new { identity, data_sync = new { service_sid = service ?? options.ServiceSid } },
        }));
    }

    /// <summary>A token with a signature that the emulator accepts, whatever it says.</summary>
    public static string Sign(EmulatorOptions options, string claims)
    {
        string signed = $"{Base64Url("""{"alg":"HS256","typ":"JWT","cty":"twilio-fpa;v=1"}"""u8)}.{Base64Url(Encoding.UTF8.GetBytes(claims))}";
        byte[] signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.ApiKeySecret), Encoding.ASCII.GetBytes(signed));
        return $"{signed}.{Base64Url(signature)}";

        static string Base64Url(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    /// <summary>A packet as it has to be.</summary>
    public static byte[] PacketOf(object header, byte[]? payload = null)
    {
        byte[] head = JsonSerializer.SerializeToUtf8Bytes(header);
        return [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"TWILSOCK V3.0 {head.Length}\r\n")), .. head, .. "\r\n"u8, .. payload ?? []];
    }

    public async Task SendAsync(ReadOnlyMemory<byte> message, WebSocketMessageType type = WebSocketMessageType.Binary, bool end = true)
    {
        using CancellationTokenSource expired = new(Timeout);
        await socket.SendAsync(message, type, end, expired.Token);
    }

    /// <summary>Sends a packet with a header and a payload.</summary>
    public Task SendAsync(object header, byte[]? payload = null) => SendAsync(PacketOf(header, payload));

    public Task<Packet> InitAsync(string token)
    {
        string id = NewId();
        return CallAsync(id, new { id, method = "init", token, payload_size = 0 });
    }

    /// <summary>Sends a message of a method and returns the reply to it.</summary>
    public async Task<Packet> CallAsync(string id, object header, byte[]? payload = null)
    {
        await SendAsync(header, payload);
        return await ReplyAsync(id);
    }

    /// <summary>Sends a request of the Sync API and returns its id.</summary>
    public async Task<string> PostRequestAsync(string method, string path, object? body = null, Dictionary<string, object>? headers = null, Dictionary<string, object>? parameters = null)
    {
        string id = NewId();
        byte[] payload = body switch
        {
            null => [],
            byte[] raw => raw,
            _ => JsonSerializer.SerializeToUtf8Bytes(body),
        };
        await SendAsync(
            new
            {
                id,
                method = "message",
                active_grant = "data_sync",
                payload_size = payload.Length,
                payload_type = "application/json",
                http_request = new { host = "cds.us1.twilio.com", path, method, @params = parameters ?? [], headers = headers ?? [] },
            },
            payload);
        return id;
    }

    /// <summary>Sends a request of the Sync API and returns its answer.</summary>
    public async Task<Packet> RequestAsync(string method, string path, object? body = null, Dictionary<string, object>? headers = null, Dictionary<string, object>? parameters = null) =>
        await ReplyAsync(await PostRequestAsync(method, path, body, headers, parameters));

    /// <summary>Asks for subscriptions, or to end them.</summary>
    public Task<Packet> SubscribeAsync(long correlationId, IEnumerable<string> sids, string type = "document", string action = "establish", long? lastEventId = null) =>
        RequestAsync("POST", "/v4/Subscriptions", new
        {
            event_protocol_version = 4,
            action,
            correlation_id = correlationId,
            requests = sids.Select(sid => new { object_sid = sid, object_type = type, last_event_id = lastEventId }),
        });

    /// <summary>The next packet that is a reply with the id; what comes before it is kept.</summary>
    public Task<Packet> ReplyAsync(string id) => FindAsync(packet => packet.Method == "reply" && packet.Id == id);

    /// <summary>The next event of a type.</summary>
    public Task<Packet> EventAsync(string type) => FindAsync(packet => packet.EventType == type);

    /// <summary>The next packet that is meant; what comes before it is kept.</summary>
    public async Task<Packet> FindAsync(Predicate<Packet> isMeant)
    {
        for (int kept = unread.Count; kept > 0; kept--)
        {
            Packet packet = unread.Dequeue();
            if (isMeant(packet))
            {
                for (; kept > 1; kept--)
                {
                    unread.Enqueue(unread.Dequeue());
                }

                return packet;
            }

            unread.Enqueue(packet);
        }

        while (await ReceiveAsync() is { } packet)
        {
            if (isMeant(packet))
            {
                return packet;
            }

            unread.Enqueue(packet);
        }

        throw new InvalidOperationException("The connection ended.");
    }

    /// <summary>The next packet; <see langword="null"/> if the connection has ended.</summary>
    public async Task<Packet?> ReceiveAsync()
    {
        using CancellationTokenSource expired = new(Timeout);
        ArrayBufferWriter<byte> message = new();
        try
        {
            ValueWebSocketReceiveResult received;
            do
            {
                received = await socket.ReceiveAsync(buffer.AsMemory(), expired.Token);
                message.Write(buffer.AsSpan(0, received.Count));
            }
            while (!received.EndOfMessage);

            return received.MessageType == WebSocketMessageType.Close ? null : Packet.Read(message.WrittenMemory);
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    public void Dispose() => socket.Dispose();

    public string NewId() => string.Create(CultureInfo.InvariantCulture, $"TM{Interlocked.Increment(ref lastId)}");
}

/// <summary>A packet that the emulator sent.</summary>
internal sealed record Packet(JsonElement Header, JsonElement Payload)
{
    private static readonly JsonSerializerOptions Deep = new() { MaxDepth = 10_000 };

    public string Method => Header.GetProperty("method").GetString()!;

    public string Id => Header.GetProperty("id").GetString()!;

    /// <summary>The code of its status.</summary>
    public int Status => Header.GetProperty("status").GetProperty("code").GetInt32();

    /// <summary>Twilio's code beside it.</summary>
    public int ErrorCode => Header.GetProperty("status").GetProperty("errorCode").GetInt32();

    /// <summary>The status of the tunnelled answer.</summary>
    public int HttpStatus => Header.GetProperty("http_status").GetProperty("code").GetInt32();

    /// <summary>Twilio's code in the tunnelled answer.</summary>
    public int HttpCode => Payload.GetProperty("code").GetInt32();

    public string? EventType => Payload.ValueKind == JsonValueKind.Object && Payload.TryGetProperty("event_type", out JsonElement type) ? type.GetString() : null;

    public JsonElement Event => Payload.GetProperty("event");

    public string Sid => Payload.GetProperty("sid").GetString()!;

    public static Packet Read(ReadOnlyMemory<byte> message)
    {
        ReadOnlySpan<byte> bytes = message.Span;
        int line = bytes.IndexOf("\r\n"u8);
        string[] first = Encoding.ASCII.GetString(bytes[..line]).Split(' ');
        first.Should().HaveCount(3).And.StartWith(["TWILSOCK", "V3.0"]);
        int length = int.Parse(first[2], CultureInfo.InvariantCulture);
        bytes.Slice(line + 2 + length, 2).SequenceEqual("\r\n"u8).Should().BeTrue("the header has the length that the first line says");
        JsonElement header = JsonSerializer.Deserialize<JsonElement>(bytes.Slice(line + 2, length));
        ReadOnlySpan<byte> rest = bytes[(line + 4 + length)..];
        int size = header.GetProperty("payload_size").GetInt32();
        if (size == 0)
        {
            rest.Length.Should().Be(0);
            return new Packet(header, default);
        }

        rest[size..].SequenceEqual("\r\n"u8).Should().BeTrue("the payload has the length that the header says");
        return new Packet(header, JsonSerializer.Deserialize<JsonElement>(rest[..size], Deep));
    }
}
