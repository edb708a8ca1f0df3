using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Storage;

namespace SyncFunctions.Emulator.Engine;

internal sealed partial class SyncEngine
{
    /// <summary>How many events the log keeps, of all services together.</summary>
    public const int EventRetention = 50_000;

    // Of each sort; a batch of this size holds up the others' writes for a few milliseconds.
    private const int SweepBatchSize = 200;

    /// <summary>Removes a batch of what is no longer needed.</summary>
    /// <returns>True if there may be more.</returns>
    public Task<bool> SweepAsync(CancellationToken cancellationToken) =>
        // Most of the time there is nothing to do, and a look costs the writer nothing.
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
