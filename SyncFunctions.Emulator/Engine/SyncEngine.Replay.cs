using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Engine;

internal sealed partial class SyncEngine
{
    /// <summary>Finds the position of the log's last event, or 0 if there is none.</summary>
    public long GetLastPosition() => database.Read(read => read.GetLastPosition());

    /// <summary>
    /// Reads the events of an object's items after a number, in order, with the object in its current state and the log position at which all of
    /// this was read.
    /// </summary>
    /// <remarks>
    /// If the log no longer reaches back that far, the items that have changed since replace their events: the last change of each is included,
    /// but forgotten removals are not.
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
