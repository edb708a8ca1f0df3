using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Storage;

namespace SyncFunctions.Emulator.Engine;

internal sealed partial class SyncEngine
{
    /// <summary>The number of events that the log keeps, for all services together.</summary>
    public const int EventRetention = 50_000;

    // The limit for each kind. A batch of this size delays other writes for a few milliseconds.
    private const int SweepBatchSize = 200;

    /// <summary>Removes a batch of objects, items and events that are no longer needed.</summary>
    /// <returns>True if there may be more.</returns>
    public Task<bool> SweepAsync(CancellationToken cancellationToken) =>
        // Usually there is nothing to do, and this check does not use the writer.
        database.Read(read => read.HasLeftovers(time.GetUtcNow(), EventRetention))
            ? database.WriteAsync(Sweep, cancellationToken)
            : Task.FromResult(false);

    private static bool Sweep(SyncWriter write)
    {
        List<SyncObject> objects = write.GetExpiredObjects(write.Now, SweepBatchSize);
        objects.ForEach(expired => RemoveObject(write, expired, Caller.System));

        List<(long ObjectId, SyncItem Item)> items = write.GetExpiredItems(write.Now, SweepBatchSize);
        foreach ((long objectId, SyncItem item) in items)
        {
            if (write.FindObject(objectId) is { } parent)
            {
                RemoveItem(write, parent, item, Caller.System);
            }
            else
            {
                write.RemoveItem(objectId, item.Key);
            }
        }

        bool hasRemovedAbandoned = write.RemoveAbandoned(SweepBatchSize);
        int events = write.RemoveOldEvents(EventRetention, SweepBatchSize);
        return objects.Count > 0 || items.Count > 0 || hasRemovedAbandoned || events > 0;
    }
}
