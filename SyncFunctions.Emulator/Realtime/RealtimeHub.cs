using System.Threading.Channels;

using Microsoft.Extensions.Logging;

using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>
/// Passes events on to those who are subscribed. All of it happens on one loop, so that for a subscriber what is replayed and what is live make
/// one row, in order, with nothing missing and nothing twice; and a commit never waits for a subscriber.
/// </summary>
internal sealed partial class RealtimeHub : IAsyncDisposable
{
    private readonly SyncEngine engine;
    private readonly ILogger<RealtimeHub> logger;
    private readonly Channel<Action> work = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<string, Dictionary<RealtimeConnection, long>> subscribers = new(StringComparer.Ordinal);
    private readonly Task running;

    public RealtimeHub(SyncEngine engine, ILogger<RealtimeHub> logger)
    {
        this.engine = engine;
        this.logger = logger;
        engine.Committed += OnCommitted;
        running = Task.Run(RunAsync);
    }

    /// <summary>Subscribes a connection to objects, after telling it what it has missed.</summary>
    public void Subscribe(RealtimeConnection connection, IReadOnlyList<SubscriptionRequest> requests, long correlationId)
    {
        foreach (SubscriptionRequest request in requests)
        {
            Post(() => SubscribeNow(connection, request, correlationId));
        }
    }

    /// <summary>Ends subscriptions of a connection.</summary>
    public void Cancel(RealtimeConnection connection, IReadOnlyList<SubscriptionRequest> requests, long correlationId) => Post(() =>
    {
        foreach (SubscriptionRequest request in requests)
        {
            Unsubscribe(connection, request.ObjectSid);
            connection.SendConfirmation("subscription_canceled", correlationId, request, null, null);
        }
    });

    /// <summary>Ends all subscriptions of a connection that has ended.</summary>
    public void Forget(RealtimeConnection connection) => Post(() =>
    {
        foreach (string sid in connection.Subscriptions.ToArray())
        {
            Unsubscribe(connection, sid);
        }
    });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        engine.Committed -= OnCommitted;
        work.Writer.TryComplete();
        await running;
    }

    private void OnCommitted(IReadOnlyList<SyncEvent> events) => Post(() =>
    {
        foreach (SyncEvent committed in events)
        {
            Publish(committed);
        }
    });

    private void Post(Action action) => work.Writer.TryWrite(action);

    private async Task RunAsync()
    {
        await foreach (Action action in work.Reader.ReadAllAsync())
        {
            try
            {
                action();
            }
            // One subscriber's trouble must not keep the events from the others.
#pragma warning disable CA1031
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Log.Failed(logger, exception);
            }
        }
    }

    private void Publish(SyncEvent committed)
    {
        if (!subscribers.TryGetValue(committed.ObjectSid, out Dictionary<RealtimeConnection, long>? interested))
        {
            return;
        }

        // Written once for all of them.
        byte[]? packet = null;
        foreach ((RealtimeConnection connection, long knownPosition) in interested)
        {
            if (committed.Position <= knownPosition)
            {
                continue;
            }

            RequestOrigin? own = committed.Origin is RequestOrigin origin && origin.Connection == connection ? origin : null;
            if (own is null || !IsToldByAnswer(committed.Change))
            {
                packet ??= RealtimePackets.Notification(json => EventBody.Write(json, connection.Service, committed, null));
                connection.SendEvent(packet, own);
            }
            else if (committed.Change == SyncChange.ItemRemoved)
            {
                connection.SendEvent(RealtimePackets.Notification(json => EventBody.WritePosition(json, committed)), own);
            }
        }

        if (committed is { Change: SyncChange.Removed })
        {
            foreach (RealtimeConnection connection in interested.Keys)
            {
                connection.Subscriptions.Remove(committed.ObjectSid);
            }

            subscribers.Remove(committed.ObjectSid);
        }
    }

    // The client that removed an item or published a message tells its listeners by the answer, and would tell them again by the event.
    private static bool IsToldByAnswer(SyncChange change) => change is SyncChange.ItemRemoved or SyncChange.MessagePublished;

    private void SubscribeNow(RealtimeConnection connection, SubscriptionRequest request, long correlationId)
    {
        Unsubscribe(connection, request.ObjectSid);
        if (connection.IsClosed)
        {
            return;
        }

        if (connection.Subscriptions.Count >= RealtimeConnection.MaximumSubscriptions)
        {
            Fail(ProtocolErrors.TooManySubscriptions());
            return;
        }

        Replay replay;
        try
        {
            replay = engine.GetReplay(connection.Service, request.Kind, request.ObjectSid, request.LastEventId);
            engine.RequireRight(replay.Source, connection.Identity, permission => permission.Read);
        }
        catch (SyncFailureException refusal)
        {
            Fail(ProtocolErrors.ForRealtime(refusal.Failure, request.Kind, byName: false));
            return;
        }
        catch (ProtocolException refusal)
        {
            Fail(refusal);
            return;
        }

        foreach (SyncEvent missed in replay.Events)
        {
            if (connection.IsBehind)
            {
                // The client reads what it has been sent, and asks again from there.
                connection.SendConfirmation("subscription_established", correlationId, request, replay.Source, null, isComplete: false);
                return;
            }

            connection.SendEvent(RealtimePackets.Notification(json => EventBody.Write(json, connection.Service, missed, correlationId)));
        }

        if (!subscribers.TryGetValue(request.ObjectSid, out Dictionary<RealtimeConnection, long>? interested))
        {
            subscribers.Add(request.ObjectSid, interested = []);
        }

        interested[connection] = replay.Position;
        connection.Subscriptions.Add(request.ObjectSid);
        connection.SendConfirmation("subscription_established", correlationId, request, replay.Source, null);

        void Fail(ProtocolException refusal) => connection.SendConfirmation("subscription_failed", correlationId, request, null, refusal);
    }

    private void Unsubscribe(RealtimeConnection connection, string sid)
    {
        connection.Subscriptions.Remove(sid);
        if (subscribers.TryGetValue(sid, out Dictionary<RealtimeConnection, long>? interested) && interested.Remove(connection) && interested.Count == 0)
        {
            subscribers.Remove(sid);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2340, LogLevel.Error, "An event could not be passed on")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
