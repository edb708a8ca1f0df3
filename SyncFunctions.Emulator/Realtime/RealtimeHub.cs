using System.Threading.Channels;

using Microsoft.Extensions.Logging;

using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>
/// Sends events to subscribers. Everything happens on one loop. So a subscriber gets replayed and live events as one sequence, in order, without gaps
/// or repetitions, and a commit never waits for a subscriber. Nothing on the loop waits for anything, so that responses can wait for it.
/// </summary>
internal sealed partial class RealtimeHub : IAsyncDisposable
{
    private readonly SyncEngine engine;
    private readonly ILogger<RealtimeHub> logger;
    private readonly Channel<Work> work = Channel.CreateUnbounded<Work>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Queue<Work> waiting = new();
    private readonly Dictionary<string, Dictionary<RealtimeConnection, Subscription>> subscribers = new(StringComparer.Ordinal);
    private readonly LiveQueries liveQueries = new();
    private readonly KnownRemovals knownRemovals = new();
    private readonly Task running;
    private long lastPosition;
    private int subscriptions;

    public RealtimeHub(SyncEngine engine, ILogger<RealtimeHub> logger)
    {
        this.engine = engine;
        this.logger = logger;
        engine.Committed += OnCommitted;
        lastPosition = engine.GetLastPosition();
        running = Task.Run(RunAsync);
    }

    /// <summary>Subscribes a connection to objects, after sending the events that it has missed.</summary>
    public void Subscribe(RealtimeConnection connection, IReadOnlyList<SubscriptionRequest> requests, long correlationId)
    {
        foreach (SubscriptionRequest request in requests)
        {
            Post(new Work(() => TrySubscribe(connection, request, correlationId)));
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
        foreach (string sid in connection.Subscriptions.Sids)
        {
            Unsubscribe(connection, sid);
        }
    });

    /// <summary>
    /// Completes once everything that was committed so far has been sent, so that the response to a request comes after it. The event of the
    /// request's own change waits for the response.
    /// </summary>
    public Task PassOnBeforeAsync(RequestOrigin origin)
    {
        TaskCompletionSource passed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool isPosted = Post(() =>
        {
            try
            {
                origin.Connection.HoldPlace(origin);
            }
            finally
            {
                passed.SetResult();
            }
        });
        return isPosted ? passed.Task : Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        engine.Committed -= OnCommitted;
        work.Writer.TryComplete();
        await running;
        Count(-subscriptions);
    }

    private void OnCommitted(IReadOnlyList<SyncEvent> events)
    {
        Work publishing = new(
            () =>
            {
                foreach (SyncEvent committed in events)
                {
                    Publish(committed);
                }

                return true;
            },
            IsCommit: true);
        Post(publishing);
    }

    private bool Post(Action action)
    {
        Work posted = new(() =>
        {
            action();
            return true;
        });
        return Post(posted);
    }

    private bool Post(Work posted) => work.Writer.TryWrite(posted);

    private async Task RunAsync()
    {
        await foreach (Work next in work.Reader.ReadAllAsync())
        {
            if ((waiting.Count > 0 && !next.IsCommit) || !TryRun(next))
            {
                waiting.Enqueue(next);
                continue;
            }

            while (next.IsCommit && waiting.TryPeek(out Work? held) && TryRun(held))
            {
                waiting.Dequeue();
            }
        }

        // There will be no more commits.
        foreach (Work held in waiting)
        {
            TryRun(held);
        }
    }

    // False if it must wait for the next commit.
    private bool TryRun(Work next)
    {
        try
        {
            return next.Run();
        }
        // An error for one subscriber must not keep events from the others.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.Failed(logger, exception);
            return true;
        }
    }

    private void Publish(SyncEvent committed)
    {
        if (committed.Change == SyncChange.AccessChanged)
        {
            EndForbidden(committed);
            EndForbiddenQueries(committed);
            return;
        }

        lastPosition = Math.Max(lastPosition, committed.Position);
        knownRemovals.Clean(lastPosition);
        RequestOrigin? origin = committed.Origin is RequestOrigin { Connection.IsClosed: false } request ? request : null;
        origin?.Connection.OwnChanges.Add(committed, origin);
        bool isAuthorToldHere = false;
        if (subscribers.TryGetValue(committed.ObjectSid, out Dictionary<RealtimeConnection, Subscription>? interested))
        {
            // Written once for all subscribers.
            byte[]? packet = null;
            foreach ((RealtimeConnection connection, Subscription subscription) in interested)
            {
                if (committed.Position <= subscription.Position)
                {
                    continue;
                }

                RequestOrigin? own = origin?.Connection == connection ? origin : null;
                isAuthorToldHere |= own is not null;
                if (own is null || !IsToldByAnswer(committed.Change))
                {
                    packet ??= RealtimePackets.Notification(json => EventBody.Write(json, connection.Service, committed, null));
                    Deliver(connection, packet, own);
                }
                else if (committed.Change == SyncChange.ItemRemoved)
                {
                    SendPosition(connection, committed, own, null);
                }
                else
                {
                    connection.HoldPlace(own);
                }
            }

            if (committed.Change == SyncChange.Removed)
            {
                foreach (RealtimeConnection connection in interested.Keys)
                {
                    Count(connection.Subscriptions.Remove(committed.ObjectSid) ? -1 : 0);
                }

                subscribers.Remove(committed.ObjectSid);
            }
        }

        PublishToQueries(committed, origin);
        if (origin is not null && !isAuthorToldHere && committed.Change == SyncChange.ItemRemoved)
        {
            // To know whether the response arrives: the client may subscribe later, after it has lost this connection.
            RealtimeConnection author = origin.Connection;
            author.SendEvent(RealtimePackets.Ping, origin, () => Know(author.Client, committed));
        }
    }

    // A query also sends a client its own changes: the response does not include them.
    private void PublishToQueries(SyncEvent committed, RequestOrigin? origin)
    {
        foreach (LiveQuery query in liveQueries.Of(committed.ObjectSid))
        {
            if (query.Apply(committed) is { } packet)
            {
                Deliver(query.Connection, packet, origin?.Connection == query.Connection ? origin : null);
            }

            if (committed.Change == SyncChange.Removed)
            {
                Unsubscribe(query.Connection, query.Request.ObjectSid);
            }
        }
    }

    // The client that removed an item or published a message calls its listeners when it gets the response, and would call them again for the event.
    private static bool IsToldByAnswer(SyncChange change) => change is SyncChange.ItemRemoved or SyncChange.MessagePublished;

    private void SendPosition(RealtimeConnection connection, SyncEvent removal, RequestOrigin? own, long? correlationId) => connection.SendEvent(
        id => RealtimePackets.Notification(json => EventBody.WritePosition(json, removal, correlationId), id),
        own,
        () => Know(connection.Client, removal));

    // The client has acknowledged something that was sent after the response.
    private void Know(ClientKey client, SyncEvent removal) => Post(() => knownRemovals.Add(client, removal));

    // Rights may have been removed. A client that may no longer read is told so, and gets no more events.
    private void EndForbidden(SyncEvent change)
    {
        IEnumerable<string> affected = change.ObjectSid.Length > 0 ? [change.ObjectSid] : subscribers.Keys.ToArray();
        foreach (string sid in affected)
        {
            if (!subscribers.TryGetValue(sid, out Dictionary<RealtimeConnection, Subscription>? interested))
            {
                continue;
            }

            foreach ((RealtimeConnection connection, Subscription subscription) in interested.ToArray())
            {
                if (connection.Service.Id == change.ServiceId
                    && (change.ObjectSid.Length == 0 || connection.Identity == change.Identity)
                    && FindRefusal(connection, subscription.Request.Kind, sid) is { } refusal)
                {
                    Unsubscribe(connection, sid);
                    connection.SendConfirmation("subscription_failed", null, subscription.Request, null, refusal);
                }
            }
        }
    }

    private void EndForbiddenQueries(SyncEvent change)
    {
        foreach (LiveQuery query in (change.ObjectSid.Length > 0 ? [change.ObjectSid] : liveQueries.Maps.ToArray()).SelectMany(liveQueries.Of))
        {
            if (query.Connection.Service.Id == change.ServiceId && FindRefusal(query.Connection, ObjectKind.Map, query.MapSid) is { } refusal)
            {
                Unsubscribe(query.Connection, query.Request.ObjectSid);
                query.Connection.SendConfirmation("subscription_failed", null, query.Request, null, refusal);
            }
        }
    }

    // If the object was removed, its subscribers get another event.
    private ProtocolException? FindRefusal(RealtimeConnection connection, ObjectKind kind, string sid)
    {
        try
        {
            engine.RequireRight(engine.GetObject(connection.Service, kind, sid), connection.Identity, permission => permission.Read);
            return null;
        }
        catch (SyncFailureException refusal)
        {
            return refusal.Failure == SyncFailure.Forbidden ? ProtocolErrors.ForRealtime(refusal.Failure, kind, byName: false) : null;
        }
    }

    // False if commits must be sent first: until then it is unknown which of the events are the client's own.
    private bool TrySubscribe(RealtimeConnection connection, SubscriptionRequest request, long correlationId)
    {
        Unsubscribe(connection, request.ObjectSid);
        if (connection.IsClosed)
        {
            return true;
        }

        if (connection.Subscriptions.Count >= RealtimeConnection.MaximumSubscriptions)
        {
            Fail(ProtocolErrors.TooManySubscriptions());
            return true;
        }

        if (request.IsLiveQuery)
        {
            return TrySubscribeToQuery(connection, request, correlationId);
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
            return true;
        }
        catch (ProtocolException refusal)
        {
            Fail(refusal);
            return true;
        }

        if (replay.Position > lastPosition)
        {
            return false;
        }

        foreach (SyncEvent missed in replay.Events)
        {
            if (connection.IsBehind)
            {
                // The client reads what was sent so far, and asks again from there.
                connection.SendConfirmation("subscription_established", correlationId, request, replay.Source, null, isComplete: false);
                return true;
            }

            SendMissed(connection, missed, correlationId);
        }

        if (!subscribers.TryGetValue(request.ObjectSid, out Dictionary<RealtimeConnection, Subscription>? interested))
        {
            subscribers.Add(request.ObjectSid, interested = []);
        }

        interested[connection] = new Subscription(request, replay.Position);
        Count(connection.Subscriptions.Add(request, replay.Source.UniqueName) ? 1 : 0);
        connection.SendConfirmation("subscription_established", correlationId, request, replay.Source, null);
        return true;

        void Fail(ProtocolException refusal) => connection.SendConfirmation("subscription_failed", correlationId, request, null, refusal);
    }

    // The client finds what it has missed by comparing all items that match now.
    private bool TrySubscribeToQuery(RealtimeConnection connection, SubscriptionRequest request, long correlationId)
    {
        try
        {
            (string index, string expression) = request.Query ?? throw ProtocolErrors.InvalidQuery();
            Replay state = engine.GetReplay(connection.Service, ObjectKind.Map, engine.GetObject(connection.Service, ObjectKind.Map, index).Sid, null);
            if (state.Position > lastPosition)
            {
                return false;
            }

            LiveQueryResult result = LiveQueryResult.Read(engine, connection.Service, connection.Identity, index, expression);
            LiveQuery query = new(connection, request, result, state.Position);
            liveQueries.Add(query);
            Count(connection.Subscriptions.Add(request, result.Map.UniqueName) ? 1 : 0);
            connection.SendEvent(query.All(correlationId));
            connection.SendConfirmation("subscription_established", correlationId, request, result.Map, null);
        }
        catch (SyncFailureException refusal)
        {
            Fail(ProtocolErrors.ForRealtime(refusal.Failure, ObjectKind.Map, byName: true));
        }
        catch (ProtocolException refusal)
        {
            Fail(refusal);
        }

        return true;

        void Fail(ProtocolException refusal) => connection.SendConfirmation("subscription_failed", correlationId, request, null, refusal);
    }

    private void SendMissed(RealtimeConnection connection, SyncEvent missed, long correlationId)
    {
        RequestOrigin? own = connection.OwnChanges.Find(missed);
        if (IsToldByAnswer(missed.Change) && (own is not null || knownRemovals.Contains(connection.Client, missed)))
        {
            SendPosition(connection, missed, own, correlationId);
        }
        else
        {
            Deliver(connection, RealtimePackets.Notification(json => EventBody.Write(json, connection.Service, missed, correlationId)), own);
        }
    }

    private void Unsubscribe(RealtimeConnection connection, string sid)
    {
        if (connection.Subscriptions.Remove(sid))
        {
            Count(-1);
            liveQueries.Remove(connection, sid);
        }

        if (subscribers.TryGetValue(sid, out Dictionary<RealtimeConnection, Subscription>? interested) && interested.Remove(connection) && interested.Count == 0)
        {
            subscribers.Remove(sid);
        }
    }

    private void Count(int change)
    {
        subscriptions += change;
        EmulatorTelemetry.Subscribe(change);
    }

    private static void Deliver(RealtimeConnection connection, byte[] packet, RequestOrigin? own)
    {
        EmulatorTelemetry.Delivered(1);
        connection.SendEvent(packet, own);
    }

    /// <summary>Work for the loop.</summary>
    /// <param name="Run">Does the work. False if it must wait for the next commit; then all later work waits too.</param>
    /// <param name="IsCommit">Whether it sends the events of a commit.</param>
    private sealed record Work(Func<bool> Run, bool IsCommit = false);

    /// <summary>A subscription of a connection.</summary>
    /// <param name="Position">The log position that its replay reached.</param>
    private sealed record Subscription(SubscriptionRequest Request, long Position);

    private static partial class Log
    {
        [LoggerMessage(2340, LogLevel.Error, "An event could not be passed on")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
