using SyncFunctions.Client;

namespace SyncFunctions.Store.Snapshots;

/// <summary>How many objects were removed.</summary>
public sealed record RemovedObjects(long Documents, long Lists, long Maps, long Streams);

/// <summary>Removes everything that a Sync service holds.</summary>
internal static class ServiceReset
{
    /// <summary>Removes every object with its items and permissions, including the jobs.</summary>
    /// <returns>The number of removed objects. Objects that others create in the meantime may stay.</returns>
    public static async Task<RemovedObjects> ResetAsync(SyncStore store, CancellationToken cancellationToken)
    {
        SnapshotCounts removed = SnapshotCounts.None;
        foreach (SnapshotKind kind in SnapshotObjects.Kinds)
        {
            // Each page is read before its objects are removed, because the removals move up the objects that follow.
            for (string? token = null; ;)
            {
                SyncPage<SnapshotObject> page = await store.PageAsync(kind, new PageRequest(PageRequest.MaximumSize, token), cancellationToken);
                foreach (SnapshotObject value in page.Items)
                {
                    if (await store.RemoveAsync(value, cancellationToken))
                    {
                        removed = removed.With(kind);
                    }
                }

                token = page.NextPageToken;
                if (token is null)
                {
                    break;
                }
            }
        }

        return new RemovedObjects(removed.Documents, removed.Lists, removed.Maps, removed.Streams);
    }
}
