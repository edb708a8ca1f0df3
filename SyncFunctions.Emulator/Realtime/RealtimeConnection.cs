using System.Net.WebSockets;
using System.Text.Json;

using Microsoft.Extensions.Logging;

using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;
using SyncFunctions.Emulator.Recording;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>The WebSocket of one client, from its <c>init</c> to its end. Reads messages, and passes each to the class that handles it.</summary>
internal sealed class RealtimeConnection : IOpenConnection, IDisposable
{
    /// <summary>The maximum number of subscriptions of a connection: Twilio's limit.</summary>
    public const int MaximumSubscriptions = 2000;

    private const int MaximumMessage = 512 * 1024;
    private const int MaximumContinuationToken = 256;
    private const int MaximumClientName = 100;
    private static readonly (string Name, string Version)[] ClientParts = [("sdk", "sdkv"), ("env", "envv")];
    private static readonly TimeSpan InitTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(30);

    private readonly ConnectionLifetime lifetime = new();
    private readonly WebSocket socket;
    private readonly RealtimeServices services;
    private readonly ILogger logger;
    private readonly Outbox outbox;
    private readonly TokenClock tokens;
    private readonly RequestPipeline requests;
    private readonly Receipts receipts = new();
    private readonly DateTimeOffset since;
    private readonly string? remoteAddress;
    private string? clientName;
    private long events;
    private ITimer? dropping;

    public RealtimeConnection(WebSocket socket, RealtimeServices services, string? remoteAddress, ILogger logger)
    {
        since = services.Time.GetUtcNow();
        this.remoteAddress = remoteAddress;
        this.socket = socket;
        this.services = services;
        this.logger = logger;
        outbox = new Outbox(socket, lifetime, logger);
        tokens = new TokenClock(services.Time, outbox, lifetime, logger);
        requests = new RequestPipeline(HandleRequestAsync, outbox.Send, logger, lifetime.Ended);
    }

    /// <summary>The service that the client's token is for.</summary>
    public SyncService Service { get; private set; } = null!;

    /// <summary>The client's ID in webhooks, for as long as it is connected.</summary>
    public string EndpointId { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Identifies the client if it reconnects.</summary>
    public ClientKey Client { get; private set; }

    /// <summary>The events of its own requests. Only the hub uses it.</summary>
    public OwnChanges OwnChanges { get; } = new();

    /// <summary>The objects and queries to which it is subscribed. Only the hub changes it.</summary>
    public SubscriptionSet Subscriptions { get; } = new();

    /// <summary>Whether it has ended.</summary>
    public bool IsClosed => lifetime.IsEnded;

    /// <summary>Whether so much is waiting for it that everything else should wait.</summary>
    public bool IsBehind => outbox.IsBehind;

    /// <summary>The author of its changes.</summary>
    public string Identity => tokens.Token!.Identity;

    /// <inheritdoc/>
    public string Id => EndpointId;

    /// <inheritdoc/>
    public ConnectionState State => tokens.Token is { } token
        ? new ConnectionState(
            Id, token.Identity, Service.Sid, since, remoteAddress, clientName, token.Expires, Subscriptions.States, outbox.WaitingPackets,
            outbox.WaitingBytes, outbox.SentBytes, Interlocked.Read(ref events))
        : new ConnectionState(
            Id, null, null, since, remoteAddress, null, null, [], outbox.WaitingPackets, outbox.WaitingBytes, outbox.SentBytes, 0);

    /// <summary>Checks whether an exception only means that the connection has ended.</summary>
    public static bool IsLoss(Exception exception) => exception is WebSocketException or OperationCanceledException or IOException;

    /// <summary>Serves the client until it disconnects, sends no <c>init</c>, or does not read what is sent to it.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using CancellationTokenRegistration registration = stopping.Register(lifetime.End);
        using ITimer silence = Once(InitTimeout, EndWithoutInit);
        using ITimer ping = GuardedTimer.Start(services.Time, logger, PingInterval, PingInterval, () => outbox.Send(RealtimePackets.Ping()));
        try
        {
            await ReceiveAsync(lifetime.Ended);
            // Queued packets are still sent, above all the reason for the end. In the meantime further data from the client must be read: otherwise the
            // network would discard packets on their way to the client.
            outbox.Complete();
            using ITimer close = Once(CloseTimeout, lifetime.End);
            await Task.WhenAll(outbox.Finished, DiscardAsync(lifetime.Ended));
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            // The connection has ended.
        }
        finally
        {
            lifetime.End();
            tokens.Dispose();
            dropping?.Dispose();
            services.Hub.Forget(this);
            await outbox.Finished;
            // Requests in progress end soon. A write that has begun is completed.
            await requests.StopAsync();
            if (tokens.Token is not null)
            {
                services.Reachability.Leave(Service.Id, Identity, EndpointId);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        tokens.Dispose();
        requests.Dispose();
        lifetime.Dispose();
    }

    /// <inheritdoc/>
    public void Drop()
    {
        outbox.Complete();
        // In case the client does not close its side.
        dropping ??= Once(CloseTimeout, lifetime.End);
    }

    /// <summary>Sends an event. If the client made the change, the event comes after the response to its request.</summary>
    /// <param name="origin">The client's request that made the change, or <see langword="null"/> if another client made it.</param>
    public void SendEvent(byte[] packet, RequestOrigin? origin = null)
    {
        Interlocked.Increment(ref events);
        requests.SendEvent(packet, origin);
    }

    /// <summary>Sends an event, and reports its acknowledgement. The client then also has everything that was sent before.</summary>
    /// <param name="packet">Creates the packet with an id.</param>
    public void SendEvent(Func<string, byte[]> packet, RequestOrigin? origin, Action acknowledged)
    {
        string id = Sid.New(Sid.RealtimeMessage);
        receipts.Expect(id, acknowledged);
        SendEvent(packet(id), origin);
    }

    /// <summary>Reserves the place of one of the client's own changes among the events, for the response.</summary>
    public void HoldPlace(RequestOrigin origin) => requests.SendEvent(null, origin);

    /// <summary>Confirms or refuses a subscription.</summary>
    /// <param name="isComplete">False if the client must ask again for events that it did not get.</param>
    public void SendConfirmation(
        string eventType, long? correlationId, SubscriptionRequest request, SyncObject? source, ProtocolException? error, bool isComplete = true) =>
        requests.SendEvent(RealtimePackets.Confirmation(eventType, correlationId, request, source, error, isComplete), null);

    private ITimer Once(TimeSpan due, Action callback) => GuardedTimer.Start(services.Time, logger, due, Timeout.InfiniteTimeSpan, callback);

    private void EndWithoutInit()
    {
        if (tokens.Token is null)
        {
            lifetime.End();
        }
    }

    private async Task<DataReply> HandleRequestAsync(
        RequestOrigin origin, JsonElement header, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        long started = services.Time.GetTimestamp();
        return services.Recorder.Recorded(await services.Data.HandleAsync(origin, header, payload, cancellationToken), header, payload, Identity, started);
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        while (socket.State == WebSocketState.Open)
        {
            // First without a buffer, so that thousands of silent clients hold none.
            ValueWebSocketReceiveResult received = await socket.ReceiveAsync(Memory<byte>.Empty, cancellationToken);
            using MessageBuffer message = new();
            while (received.MessageType != WebSocketMessageType.Close && !received.EndOfMessage)
            {
                received = await socket.ReceiveAsync(message.Free, cancellationToken);
                message.Advance(received.Count);
                if (message.Written.Length > MaximumMessage)
                {
                    Refuse("Message is too large");
                    return;
                }
            }

            if (received.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            if (message.Written.Length > 0 && !await HandleAsync(received.MessageType, message.Written))
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

    // False if the connection must end.
    private async ValueTask<bool> HandleAsync(WebSocketMessageType type, ReadOnlyMemory<byte> message)
    {
        if (type == WebSocketMessageType.Binary && tokens.Token is not null && TwilsockPacket.IsAcknowledgement(message))
        {
            if (receipts.IsAnyExpected && TwilsockPacket.AcknowledgedId(message) is { } acknowledged)
            {
                receipts.Take(acknowledged);
            }

            return true;
        }

        if (type != WebSocketMessageType.Binary
            || TwilsockPacket.Read(message) is not var (header, payload)
            || Text(header, "method") is not { } method
            || Text(header, "id") is not { } id)
        {
            Refuse("Message cannot be parsed");
            return false;
        }

        switch (method)
        {
            case "init" when tokens.Token is null:
                await InitAsync(id, header);
                return true;
            case "close":
                return false;
            case "reply":
                receipts.Take(id);
                return true;
            case "telemetry.v1":
                return true;
            case var _ when tokens.Token is null:
                Reply(id, 401, "UNAUTHORIZED", 20101, "The connection is not initialised");
                return true;
            case "init":
                Reply(id, 400, "BAD_REQUEST", 51200, "The connection is initialised already");
                return true;
            case "update":
                await UpdateTokenAsync(id, header);
                return true;
            case "message":
                await requests.StartAsync(new RequestOrigin(this), id, header, payload);
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
        long started = services.Time.GetTimestamp();
        try
        {
            AccessToken given = await services.Tokens.ReadAsync(Text(header, "token"));
            Service = services.FindService(given.ServiceSid);
            string continuation = Text(header, "continuation_token") is { Length: > 0 and <= MaximumContinuationToken } shown
                ? shown
                : Guid.NewGuid().ToString("N");
            Client = new ClientKey(Service.Id, given.Identity, continuation);
            clientName = ClientName(DataRequest.Member(header, "metadata"));
            tokens.Accept(given);
            // Before the response, so that the client's later changes come later in the log.
            services.Reachability.Enter(Service.Id, Identity, EndpointId);
            services.Recorder.Record("init", Identity, null, started);
            outbox.Send(RealtimePackets.Initialised(id, continuation));
        }
        catch (TokenRefusedException refusal)
        {
            services.Recorder.Record("init", null, refusal, started);
            Reply(id, 401, "UNAUTHORIZED", refusal.Code, refusal.Message);
        }
    }

    private async Task UpdateTokenAsync(string id, JsonElement header)
    {
        long started = services.Time.GetTimestamp();
        try
        {
            AccessToken given = await services.Tokens.ReadAsync(Text(header, "token"));
            if (given.Identity != Identity || services.FindService(given.ServiceSid).Id != Service.Id)
            {
                throw new TokenRefusedException(51215, "Can't update token, new token was issued for other identity/instance/product.");
            }

            tokens.Accept(given);
            services.Recorder.Record("update", Identity, null, started);
            Reply(id, 200, "OK");
        }
        catch (TokenRefusedException refusal)
        {
            services.Recorder.Record("update", Identity, refusal, started);
            Reply(id, 401, "UNAUTHORIZED", refusal.Code, refusal.Message);
        }
    }

    // Such as "JS 4.0.1, Node.js 20.20.2"; null if the client does not tell.
    private static string? ClientName(JsonElement metadata)
    {
        string[] parts = [.. ClientParts
            .Select(names => $"{Part(names.Name)} {Part(names.Version)}".Trim())
            .Where(part => part.Length > 0)];
        return parts.Length == 0 ? null : string.Join(", ", parts);

        string? Part(string name) => TwilsockPacket.Text(DataRequest.Member(metadata, name)) is { Length: <= MaximumClientName } text ? text : null;
    }

    private void Refuse(string description) => outbox.Send(RealtimePackets.Close(406, "NOT_ACCEPTABLE_MESSAGE", 51214, description));

    private void Reply(string id, int code, string status, int? errorCode = null, string? description = null) =>
        outbox.Send(RealtimePackets.Reply(id, code, status, errorCode, description));

    private static string? Text(JsonElement header, string name) => header.TryGetProperty(name, out JsonElement value) ? TwilsockPacket.Text(value) : null;
}
