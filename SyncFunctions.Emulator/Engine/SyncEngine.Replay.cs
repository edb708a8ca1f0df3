using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Engine;

internal sealed partial class SyncEngine
{
    /// <summary>Finds the position of the log's last event; 0 if there is none.</summary>
    public long GetLastPosition() => database.Read(read => read.GetLastPosition());

    /// <summary>
    /// The events of an object's items behind the one with a number, in order, with the object as it is and the log's position that all of this
    /// is as of.
    /// </summary>
    /// <remarks>
    /// If the log does not reach back as far any more, the items that have changed since stand in for their events: the last change of each
    /// is there, while the removals that are forgotten are not.
    /// </remarks>
    /// <exception cref="SyncFailureException">There is no such object.</exception>
    public Replay GetReplay(SyncService service, ObjectKind kind, string sid, long? afterEventId) => database.ReadSnapshot(read =>
    {
        long position = read.GetLastPosition();
        SyncObject source = RequireObject(read, service, kind, sid, time.GetUtcNow());
        if (afterEventId is not { } after || after >= source.LastEventId)
        {
            return new Replay(source, position, []);
        }

        if (kind == ObjectKind.Document)
        {
            return new Replay(source, position, [EventOf(source, SyncChange.Updated, source.DateUpdated, Caller.System)]);
        }

        List<SyncEvent> events = read.GetItemEvents(source.Id, after, source.LastEventId);
        if (events.Count < source.LastEventId - after)
        {
            long firstKept = events.Count > 0 ? events[0].EventId : long.MaxValue;
            List<SyncItem> changed = read.GetItemsChanged(source.Id, after, firstKept, time.GetUtcNow());
            events.InsertRange(0, changed.Select(item =>
                EventOf(source, item, SyncChange.ItemAdded, item.DateUpdated, Caller.System) with { EventId = item.Revision }));
        }

        return new Replay(source, position, events);
    });
}
