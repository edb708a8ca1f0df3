namespace SyncFunctions.Emulator.Engine;

internal sealed partial class SyncEngine
{
    private const string LiveSince4 = "(date_expires IS NULL OR date_expires > $4)";

    /// <summary>
    /// The events of an object's items behind the one with a number, in order, with the object as it is and the log's position that all of this
    /// is as of.
    /// </summary>
    /// <remarks>
    /// Where the log does not reach back as far any more, the items that have changed since stand in for their events: the last change of each
    /// is there, while the removals that are forgotten are not.
    /// </remarks>
    /// <exception cref="SyncFailureException">There is no such object.</exception>
    public Replay GetReplay(SyncService service, ObjectKind kind, string sid, long? afterEventId) => database.ReadSnapshot(session =>
    {
        long position = session.Scalar("SELECT max(id) FROM events") ?? 0;
        SyncObject source = RequireObject(session, service, kind, sid, time.GetUtcNow());
        if (afterEventId is not { } after || after >= source.LastEventId)
        {
            return new Replay(source, position, []);
        }

        if (kind == ObjectKind.Document)
        {
            return new Replay(source, position, [EventOf(source, SyncChange.Updated, source.DateUpdated, Caller.System)]);
        }

        List<SyncEvent> events = session.Many(
            $"SELECT {Rows.Event} FROM events WHERE object_id = $1 AND event_id > $2 AND event_id <= $3 AND key IS NOT NULL ORDER BY id",
            Rows.ToEvent,
            source.Id, after, source.LastEventId);
        if (events.Count < source.LastEventId - after)
        {
            long firstKept = events.Count > 0 ? events[0].EventId : long.MaxValue;
            List<SyncItem> changed = session.Many(
                $"SELECT {Rows.Item} FROM items WHERE object_id = $1 AND event_id > $2 AND event_id < $3 AND {LiveSince4} ORDER BY event_id",
                Rows.ToItem,
                source.Id, after, firstKept, Now);
            events.InsertRange(0, changed.Select(item =>
                EventOf(source, item, SyncChange.ItemAdded, item.DateUpdated, Caller.System) with { EventId = item.Revision }));
        }

        return new Replay(source, position, events);
    });

    /// <summary>What an identity may do with an object; nothing where no permission is set.</summary>
    public SyncPermission GetRights(SyncObject source, string identity) => database.Read(session => session.Single(
        $"SELECT {Rows.Permission} FROM permissions WHERE object_id = $1 AND identity = $2", Rows.ToPermission, source.Id, identity))
        ?? new SyncPermission(identity, Read: false, Write: false, Manage: false);
}

/// <summary>What a subscriber has missed.</summary>
/// <param name="Source">The object as it is.</param>
/// <param name="Position">The position in the log that they reach: what is behind it they do not tell of.</param>
internal sealed record Replay(SyncObject Source, long Position, IReadOnlyList<SyncEvent> Events);
