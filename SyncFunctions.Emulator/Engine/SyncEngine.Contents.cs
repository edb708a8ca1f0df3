using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Storage;

namespace SyncFunctions.Emulator.Engine;

internal sealed partial class SyncEngine
{
    private const int PageSize = 500;

    /// <summary>Whether a service holds any object.</summary>
    public bool HasObjects(SyncService service) => database.Read(read => Enum.GetValues<ObjectKind>()
        .Any(kind => read.GetObjects(service.Id, kind, new PageRange(null, Inclusive: false, Descending: false, Limit: 1), time.GetUtcNow()).Count > 0));

    /// <summary>Counts what a service holds.</summary>
    public ContentCounts CountContents(SyncService service) => database.Read(read => read.CountContents(service.Id, time.GetUtcNow()));

    /// <summary>Reads everything that a service holds, as of the moment at which the first object is read: the documents first, then the lists, the maps and the streams.</summary>
    /// <remarks>An object's permissions, and then its items, must be read before the next object.</remarks>
    public IEnumerable<ObjectContents> GetContents(SyncService service) => database.EnumerateSnapshot(read => ReadContents(read, service, time.GetUtcNow()));

    /// <summary>Creates an object with everything in it. One of its kind that has its name is removed first.</summary>
    /// <remarks>
    /// Objects and items that have expired are left out. Many items need more than one change. If another caller removes an object in the meantime, it
    /// stays removed.
    /// </remarks>
    /// <returns>Whether one of the same name was removed, and what was created.</returns>
    public async Task<(bool IsReplaced, ContentCounts Created)> ReplaceObjectAsync(SyncService service, ObjectContents contents, CancellationToken cancellationToken)
    {
        bool isReplaced = false;
        ContentCounts created = ContentCounts.None;
        SyncObject? parent = await database.WriteAsync(
            write =>
            {
                if (!IsLive(contents.DateExpires, write.Now))
                {
                    return null;
                }

                if (contents.UniqueName is not null && write.FindObject(service.Id, contents.Kind, contents.UniqueName) is { } namesake)
                {
                    RemoveObject(write, namesake, Caller.System);
                    isReplaced = IsLive(namesake.DateExpires, write.Now);
                }

                SyncObject inserted = InsertObject(
                    write, service, contents.Kind, contents.UniqueName, contents.Data, Expiry.At(contents.DateExpires), Caller.System);
                created = created.WithObject(contents.Kind);
                foreach (SyncPermission permission in contents.Permissions)
                {
                    write.SavePermission(inserted.Id, permission);
                    write.AnnounceAccess(EventOf(inserted, SyncChange.AccessChanged, write.Now, new Caller(permission.Identity)));
                    created = created.WithPermission();
                }

                return inserted;
            },
            cancellationToken);
        if (parent is not null)
        {
            foreach (ItemContents[] items in contents.Items.Chunk(PageSize))
            {
                created = await database.WriteAsync(write => InsertItems(write, parent.Id, items, created), cancellationToken);
            }
        }

        return (isReplaced, created);
    }

    /// <summary>Removes every object of every service, and every service but the configured ones, whose settings become those of a new one.</summary>
    /// <param name="configured">The SIDs of the configured services.</param>
    public async Task ResetAsync(IReadOnlyCollection<string> configured, CancellationToken cancellationToken)
    {
        while (await database.WriteAsync(RemoveObjects, cancellationToken))
        {
        }

        await database.WriteAsync(
            write =>
            {
                foreach (SyncService service in AllServices(write))
                {
                    if (configured.Contains(service.Sid))
                    {
                        write.SaveSettings(service.Id, new ServiceSettings(service.UniqueName));
                        SaveWebhook(write, RequireService(write, service.Sid));
                    }
                    else
                    {
                        write.RemoveService(service.Id);
                        webhooks.TryRemove(service.Id, out _);
                    }
                }

                return true;
            },
            cancellationToken);
    }

    // In batches, so that a large service does not block others for long.
    private static bool RemoveObjects(SyncWriter write)
    {
        List<SyncObject> objects = write.GetAllObjects(SweepBatchSize);
        objects.ForEach(removed => RemoveObject(write, removed, Caller.System));
        return objects.Count > 0;
    }

    private static List<SyncService> AllServices(SyncReader read) => read.GetServices(new PageRange(null, Inclusive: false, Descending: false, int.MaxValue));

    private static ContentCounts InsertItems(SyncWriter write, long parentId, ItemContents[] items, ContentCounts created)
    {
        SyncObject? parent = write.FindObject(parentId);
        foreach (ItemContents item in items)
        {
            if (parent is null || !IsLive(item.DateExpires, write.Now))
            {
                continue;
            }

            ItemKey key = item.Key is null ? new ItemKey(parent.LastEventId + 1) : new ItemKey(item.Key);
            if (item.Key is not null && write.FindItem(parent.Id, key) is { } namesake)
            {
                // It is in the snapshot twice: the last one stays.
                (parent, _) = UpdateItem(write, parent, namesake, item.Data, Expiry.At(item.DateExpires), Expiry.Keep, Caller.System);
                continue;
            }

            (parent, _) = InsertItem(write, parent, key, item.Data, Expiry.At(item.DateExpires), Expiry.Keep, Caller.System);
            created = created.WithItem(parent.Kind);
        }

        return created;
    }

    private static IEnumerable<ObjectContents> ReadContents(SyncReader read, SyncService service, DateTimeOffset now) =>
        from kind in Enum.GetValues<ObjectKind>()
        from found in Pages(range => read.GetObjects(service.Id, kind, range, now), found => found.Id)
        select new ObjectContents(
            kind,
            found.UniqueName,
            found.DateExpires,
            found.Data,
            Pages(range => read.GetPermissions(found.Id, range), permission => permission.Identity),
            Pages(range => read.GetItems(found.Id, range, now), item => item.Key.Value)
                .Select(item => new ItemContents(kind == ObjectKind.Map ? (string)item.Key.Value : null, item.DateExpires, item.Data)));

    private static IEnumerable<T> Pages<T>(Func<PageRange, List<T>> read, Func<T, object> position)
    {
        List<T> page = [];
        do
        {
            page = read(new PageRange(page.Count == 0 ? null : position(page[^1]), Inclusive: false, Descending: false, PageSize));
            foreach (T element in page)
            {
                yield return element;
            }
        }
        while (page.Count == PageSize);
    }
}
