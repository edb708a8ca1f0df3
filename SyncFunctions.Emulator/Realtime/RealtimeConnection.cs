using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;

using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>A request under way, which the changes it makes come from.</summary>
internal sealed class RequestOrigin(RealtimeConnection connection)
{
    public RealtimeConnection Connection { get; } = connection;

    /// <summary>Whether its answer is on its way; the connection's alone.</summary>
    public bool IsAnswered { get; set; }
}

/// <summary>One client's WebSocket, from its <c>init</c> to its end.</summary>
internal sealed class RealtimeConnection(WebSocket socket, RealtimeServices services) : IDisposable
{
    /// <summary>How many bytes may wait for a client before it is taken to be dead. It recovers by a new connection and replay.</summary>
    public const int MaximumBacklog = 4 * 1024 * 1024;

    /// <summary>How many subscriptions one connection may have; Twilio's limit.</summary>
    public const int MaximumSubscriptions = 2000;

    private const int MaximumMessage = 512 * 1024;
    private const int MaximumConcurrentRequests = 64;
    private static readonly TimeSpan InitTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ExpiryNotice = TimeSpan.FromMinutes(3);

    private readonly Channel<byte[]> outbox = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SemaphoreSlim requests = new(MaximumConcurrentRequests);
    private readonly CancellationTokenSource ended = new();
    private readonly Lock eventOrder = new();
    private readonly Queue<(byte[] Packet, RequestOrigin? Origin)> heldEvents = new();
    private AccessToken? token;
    private ITimer? tokenTimer;
    private int backlog;

    /// <summary>The service that the client's token is for.</summary>
    public SyncService Service { get; private set; } = null!;

    /// <summary>The SIDs of the objects it is subscribed to; the hub's alone.</summary>
    public HashSet<string> Subscriptions { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether it has ended.</summary>
    public bool IsClosed => ended.IsCancellationRequested;

    /// <summary>Whether so much waits for it that nothing should be added that can wait.</summary>
    public bool IsBehind => Volatile.Read(ref backlog) > MaximumBacklog / 4;

    /// <summary>As whom it makes changes.</summary>
    public string Identity => token!.Identity;

    /// <summary>An event or a confirmation as a packet, the same for all who get it.</summary>
    public static byte[] Notification(Action<Utf8JsonWriter> payload) => TwilsockPacket.Write(
        json =>
        {
            json.WriteString("method", "notification");
            json.WriteString("id", Sid.New("TM"));
            json.WriteString("message_type", "twilio.sync.event");
            json.WriteString("notification_ctx_id", "");
        },
        payload);

    /// <summary>Serves the client until it leaves, is silent before <c>init</c>, or does not read what is sent to it.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using CancellationTokenRegistration registration = stopping.Register(End);
        Task sending = SendQueuedAsync();
        using ITimer silence = services.Time.CreateTimer(_ => EndWithoutInit(), null, InitTimeout, Timeout.InfiniteTimeSpan);
        using ITimer ping = services.Time.CreateTimer(_ => SendPing(), null, PingInterval, PingInterval);
        try
        {
            await ReceiveAsync(ended.Token);
            // What is queued is still sent, the reason for the end above all. Meanwhile what the client goes on to say must be taken from the
            // network, which would else discard what is on its way to the client.
            outbox.Writer.TryComplete();
            using ITimer patience = services.Time.CreateTimer(_ => End(), null, ClosePatience, Timeout.InfiniteTimeSpan);
            await Task.WhenAll(sending, DiscardAsync(ended.Token));
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            // The client is gone, or was given up.
        }
        finally
        {
            End();
            tokenTimer?.Dispose();
            services.Hub.Forget(this);
            await sending;
            // Requests under way end soon, each with a write of its own that is carried through.
            for (int i = 0; i < MaximumConcurrentRequests; i++)
            {
                await requests.WaitAsync(CancellationToken.None);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ended.Dispose();
        requests.Dispose();
    }

    /// <summary>Queues a packet. A client that leaves too much unread is cut off.</summary>
    public void Send(byte[] packet)
    {
        if (Interlocked.Add(ref backlog, packet.Length) > MaximumBacklog)
        {
            End();
        }
        else
        {
            outbox.Writer.TryWrite(packet);
        }
    }

    /// <summary>
    /// Queues an event, in the order of the calls. That of a change of the client's own comes after the answer to its request: by the answer
    /// the client knows the change for its own.
    /// </summary>
    /// <param name="origin">The request of the client that made the change; null where it was another's.</param>
    public void SendEvent(byte[] packet, RequestOrigin? origin = null)
    {
        lock (eventOrder)
        {
            if (heldEvents.Count > 0 || origin is { IsAnswered: false })
            {
                heldEvents.Enqueue((packet, origin));
            }
            else
            {
                Send(packet);
            }
        }
    }

    /// <summary>Tells what became of a subscription.</summary>
    /// <param name="isComplete">False where the client is to ask again, for the events that it did not get.</param>
    public void SendConfirmation(
        string eventType, long correlationId, SubscriptionRequest request, SyncObject? source, ProtocolException? error, bool isComplete = true) => SendEvent(Notification(json =>
    {
        json.WriteStartObject();
        json.WriteString("event_type", eventType);
        json.WriteNumber("correlation_id", correlationId);
        json.WriteNumber("event_protocol_version", 4);
        json.WriteStartObject("event");
        json.WriteString("object_sid", request.ObjectSid);
        json.WriteString("object_type", request.Kind.ToString().ToLowerInvariant());
        if (source is not null)
        {
            json.WriteString("replay_status", isComplete ? "completed" : "interrupted");
            if (source.Kind == ObjectKind.Stream)
            {
                json.WriteNull("last_event_id");
            }
            else
            {
                json.WriteNumber("last_event_id", source.LastEventId);
            }
        }

        if (error is not null)
        {
            json.WriteStartObject("error");
            json.WriteNumber("status", error.Status);
            json.WriteNumber("code", error.Code);
            json.WriteString("message", error.Message);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }));

    /// <summary>Refuses an identity that may not read an object of a service that enforces permissions.</summary>
    public void RequireRead(SyncObject source) => Require(source, permission => permission.Read);

    /// <summary>Refuses an identity that lacks a right to an object of a service that enforces permissions.</summary>
    public void Require(SyncObject source, Func<SyncPermission, bool> right)
    {
        // Settings change while clients are connected.
        bool enforced = services.Engine.FindService(Service.Id)?.Settings.AclEnabled ?? true;
        if (enforced && !right(services.Engine.GetRights(source, Identity)))
        {
            throw ProtocolErrors.Forbidden();
        }
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        ArrayBufferWriter<byte> message = new();
        while (socket.State == WebSocketState.Open)
        {
            message.ResetWrittenCount();
            // Without a buffer first: of thousands of silent clients none holds one.
            ValueWebSocketReceiveResult received = await socket.ReceiveAsync(Memory<byte>.Empty, cancellationToken);
            while (received.MessageType != WebSocketMessageType.Close && !received.EndOfMessage)
            {
                received = await socket.ReceiveAsync(message.GetMemory(4096), cancellationToken);
                message.Advance(received.Count);
                if (message.WrittenCount > MaximumMessage)
                {
                    SendClose(406, "NOT_ACCEPTABLE_MESSAGE", 51214, "Message is too large");
                    return;
                }
            }

            if (received.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            if (message.WrittenCount > 0 && !await HandleAsync(received.MessageType, message.WrittenMemory))
            {
                return;
            }
        }
    }

    private async Task DiscardAsync(CancellationToken cancellationToken)
    {
        byte[] discarded = new byte[4096];
        while (socket.State is WebSocketState.Open or WebSocketState.CloseSent)
        {
            await socket.ReceiveAsync(discarded, cancellationToken);
        }
    }

    // False where the connection has to end.
    private async ValueTask<bool> HandleAsync(WebSocketMessageType type, ReadOnlyMemory<byte> message)
    {
        if (type == WebSocketMessageType.Binary && token is not null && TwilsockPacket.IsAcknowledgement(message))
        {
            return true;
        }

        if (type != WebSocketMessageType.Binary
            || TwilsockPacket.Read(message) is not var (header, payload)
            || Text(header, "method") is not { } method
            || Text(header, "id") is not { } id)
        {
            SendClose(406, "NOT_ACCEPTABLE_MESSAGE", 51214, "Message cannot be parsed");
            return false;
        }

        switch (method)
        {
            case "init" when token is null:
                await InitAsync(id, header);
                return true;
            case "close":
                return false;
            case "reply" or "telemetry.v1":
                return true;
            case var _ when token is null:
                Reply(id, 401, "UNAUTHORIZED", 20101, "The connection is not initialised");
                return true;
            case "init":
                Reply(id, 400, "BAD_REQUEST", 51200, "The connection is initialised already");
                return true;
            case "update":
                await UpdateTokenAsync(id, header);
                return true;
            case "message":
                await StartRequestAsync(id, header, payload);
                return true;
            case "put_notification_ctx" or "delete_notification_ctx":
                Reply(id, 200, "OK");
                return true;
            default:
                Reply(id, 400, "BAD_REQUEST", 51200, "Unknown method");
                return true;
        }
    }

    private async Task InitAsync(string id, JsonElement header)
    {
        try
        {
            AccessToken given = await services.Tokens.ReadAsync(Text(header, "token"));
            Service = services.FindService(given.ServiceSid);
            Accept(given);
        }
        catch (TokenRefusedException refusal)
        {
            Reply(id, 401, "UNAUTHORIZED", refusal.Code, refusal.Message);
            return;
        }

        Send(TwilsockPacket.Write(json =>
        {
            WriteReply(json, id, 200, "OK");
            json.WriteStartArray("capabilities");
            json.WriteStringValue("client_update");
            json.WriteEndArray();
            json.WriteString("continuation_token", Text(header, "continuation_token") ?? Guid.NewGuid().ToString("N"));
        }));
    }

    private async Task UpdateTokenAsync(string id, JsonElement header)
    {
        try
        {
            AccessToken given = await services.Tokens.ReadAsync(Text(header, "token"));
            if (given.Identity != Identity || services.FindService(given.ServiceSid).Id != Service.Id)
            {
                throw new TokenRefusedException(51215, "Can't update token, new token was issued for other identity/instance/product.");
            }

            Accept(given);
            Reply(id, 200, "OK");
        }
        catch (TokenRefusedException refusal)
        {
            Reply(id, 401, "UNAUTHORIZED", refusal.Code, refusal.Message);
        }
    }

    // From here on the token's own clock runs: first a notice, then the end, after which the client comes back for a new one.
    private void Accept(AccessToken accepted)
    {
        token = accepted;
        TimeSpan life = accepted.Expires - services.Time.GetUtcNow();
        // A token of a short life gets a short notice: a notice at once would make its client ask for tokens without end.
        TimeSpan notice = life / 2 < ExpiryNotice ? life / 2 : ExpiryNotice;
        tokenTimer?.Dispose();
        tokenTimer = services.Time.CreateTimer(_ => OnTokenTimer(accepted), null, life - notice, Timeout.InfiniteTimeSpan);
    }

    private void OnTokenTimer(AccessToken accepted)
    {
        TimeSpan left = accepted.Expires - services.Time.GetUtcNow();
        if (left <= TimeSpan.Zero)
        {
            if (ReferenceEquals(token, accepted))
            {
                End();
            }

            return;
        }

        Send(TwilsockPacket.Write(json =>
        {
            json.WriteString("method", "client_update");
            json.WriteString("id", Sid.New("TM"));
            json.WriteString("client_update_type", "token_about_to_expire");
            json.WriteString("client_update_message", $"Your token is about to expire. Time left: less than {(int)left.TotalMilliseconds + 1} ms");
        }));
        try
        {
            tokenTimer?.Change(left + TimeSpan.FromMilliseconds(50), Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The connection, or the token's time, has ended meanwhile.
        }
    }

    private async Task StartRequestAsync(string id, JsonElement header, ReadOnlyMemory<byte> payload)
    {
        // The payload lies in the buffer that the next message is read into.
        byte[] body = payload.ToArray();
        await requests.WaitAsync(ended.Token);
        // Not awaited: many requests may be under way. Each runs on this thread until its change is queued, so that changes keep their order.
        _ = AnswerAsync(id, header, body);
    }

    private async Task AnswerAsync(string id, JsonElement header, byte[] body)
    {
        RequestOrigin origin = new(this);
        try
        {
            DataReply reply = await services.Data.HandleAsync(origin, header, body, ended.Token);
            Send(TwilsockPacket.Write(
                json =>
                {
                    WriteReply(json, id, 200, "OK");
                    json.WriteStartObject("http_status");
                    json.WriteNumber("code", reply.Status);
                    json.WriteString("status", Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(reply.Status));
                    json.WriteEndObject();
                    json.WriteStartObject("http_headers");
                    json.WriteString("content-type", "application/json");
                    json.WriteString("twilio-request-id", Sid.New("RQ"));
                    json.WriteEndObject();
                },
                reply.Body));
            reply.AfterSending?.Invoke();
        }
        catch (OperationCanceledException)
        {
            // The connection has ended.
        }
        finally
        {
            SetAnswered(origin);
            requests.Release();
        }
    }

    private void SetAnswered(RequestOrigin origin)
    {
        lock (eventOrder)
        {
            origin.IsAnswered = true;
            while (heldEvents.TryPeek(out (byte[] Packet, RequestOrigin? Origin) next) && next.Origin is null or { IsAnswered: true })
            {
                heldEvents.Dequeue();
                Send(next.Packet);
            }
        }
    }

    private void Reply(string id, int code, string status, int? errorCode = null, string? description = null) =>
        Send(TwilsockPacket.Write(json => WriteReply(json, id, code, status, errorCode, description)));

    private static void WriteReply(Utf8JsonWriter json, string id, int code, string status, int? errorCode = null, string? description = null)
    {
        json.WriteString("method", "reply");
        json.WriteString("id", id);
        WriteStatus(json, code, status, errorCode, description);
    }

    private static void WriteStatus(Utf8JsonWriter json, int code, string status, int? errorCode, string? description)
    {
        json.WriteStartObject("status");
        json.WriteNumber("code", code);
        json.WriteString("status", status);
        if (description is not null)
        {
            json.WriteString("description", description);
        }

        if (errorCode is { } number)
        {
            json.WriteNumber("errorCode", number);
        }

        json.WriteEndObject();
    }

    private void SendClose(int code, string status, int errorCode, string description)
    {
        Send(TwilsockPacket.Write(json =>
        {
            json.WriteString("method", "close");
            json.WriteString("id", Sid.New("TM"));
            WriteStatus(json, code, status, errorCode, description);
        }));
    }

    private void SendPing() => Send(TwilsockPacket.Write(json =>
    {
        json.WriteString("method", "ping");
        json.WriteString("id", Sid.New("TM"));
    }));

    private void EndWithoutInit()
    {
        if (token is null)
        {
            End();
        }
    }

    private void End()
    {
        if (!ended.IsCancellationRequested)
        {
            ended.Cancel();
        }
    }

    private async Task SendQueuedAsync()
    {
        try
        {
            await foreach (byte[] packet in outbox.Reader.ReadAllAsync(ended.Token))
            {
                await socket.SendAsync(packet, WebSocketMessageType.Binary, endOfMessage: true, ended.Token);
                Interlocked.Add(ref backlog, -packet.Length);
            }

            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, ended.Token);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            socket.Abort();
            End();
        }
    }

    private static string? Text(JsonElement header, string name) => header.TryGetProperty(name, out JsonElement value) ? TwilsockPacket.Text(value) : null;
}
