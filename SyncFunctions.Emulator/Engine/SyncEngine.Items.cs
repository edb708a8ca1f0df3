using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Storage;

namespace SyncFunctions.Emulator.Engine;

internal sealed partial class SyncEngine
{
    /// <summary>In place of a revision: the item must not exist.</summary>
    public const long MustBeAbsent = -1;

    /// <summary>Adds an item to a list. Its index is the number of the event, so no index is ever used twice.</summary>
    /// <param name="collectionExpiry">A change of the list's own expiry.</param>
    public Task<(SyncObject Parent, SyncItem Item)> AddListItemAsync(
        SyncService service, string list, string data, Expiry expiry, Expiry collectionExpiry, Caller caller,
        CancellationToken cancellationToken) => database.WriteAsync(
        write =>
        {
            SyncObject parent = RequireObject(write, service, ObjectKind.List, list, write.Now);
            return InsertItem(write, parent, new ItemKey(parent.LastEventId + 1), data, expiry, collectionExpiry, caller);
        },
        cancellationToken);

    /// <summary>Creates a map item. It is an error if the key exists.</summary>
    /// <param name="collectionExpiry">A change of the map's own expiry.</param>
    public Task<(SyncObject Parent, SyncItem Item)> CreateMapItemAsync(
        SyncService service, string map, string key, string data, Expiry expiry, Expiry collectionExpiry, Caller caller,
        CancellationToken cancellationToken) => database.WriteAsync(
        write =>
        {
            SyncObject parent = RequireObject(write, service, ObjectKind.Map, map, write.Now);
            ItemKey itemKey = new(key);
            if (write.FindItem(parent.Id, itemKey) is { } namesake)
            {
                if (IsLive(namesake.DateExpires, write.Now))
                {
                    throw new SyncFailureException(SyncFailure.ItemKeyExists);
                }

                parent = RemoveItem(write, parent, namesake, Caller.System);
            }

            return InsertItem(write, parent, itemKey, data, expiry, collectionExpiry, caller);
        },
        cancellationToken);

    /// <summary>Finds an item by its index or key.</summary>
    public (SyncObject Parent, SyncItem Item) GetItem(SyncService service, ObjectKind kind, string parentSidOrName, ItemKey key) =>
        database.Read(read => RequireItem(read, service, kind, parentSidOrName, key, time.GetUtcNow()));

    /// <summary>Reads the items of a list by index, or of a map by key (ordered by its UTF-16 code units).</summary>
    public (SyncObject Parent, List<SyncItem> Items) GetItems(SyncService service, ObjectKind kind, string parentSidOrName, PageRange range) =>
        database.Read(read =>
        {
            DateTimeOffset now = time.GetUtcNow();
            SyncObject parent = RequireObject(read, service, kind, parentSidOrName, now);
            return (parent, read.GetItems(parent.Id, range, now));
        });

    /// <summary>Replaces an item's data, or changes its expiry or its parent's.</summary>
    /// <param name="data">The new JSON text, or null to leave data and revision unchanged.</param>
    /// <param name="revision">The revision that the item must have, or null for any.</param>
    public Task<(SyncObject Parent, SyncItem Item)> UpdateItemAsync(
        SyncService service, ObjectKind kind, string parentSidOrName, ItemKey key, string? data, Expiry expiry, Expiry collectionExpiry,
        long? revision, Caller caller, CancellationToken cancellationToken) => database.WriteAsync(
        write =>
        {
            (SyncObject parent, SyncItem current) = RequireItem(write, service, kind, parentSidOrName, key, write.Now);
            RequireRevision(revision, current.Revision);
            return UpdateItem(write, parent, current, data, expiry, collectionExpiry, caller);
        },
        cancellationToken);

    /// <summary>Removes an item.</summary>
    /// <param name="revision">The revision that the item must have, or null for any.</param>
    /// <returns>The parent after the removal, and the item before it.</returns>
    public Task<(SyncObject Parent, SyncItem Item)> RemoveItemAsync(
        SyncService service, ObjectKind kind, string parentSidOrName, ItemKey key, long? revision, Caller caller,
        CancellationToken cancellationToken) => database.WriteAsync(
        write =>
        {
            (SyncObject parent, SyncItem current) = RequireItem(write, service, kind, parentSidOrName, key, write.Now);
            RequireRevision(revision, current.Revision);
            return (RemoveItem(write, parent, current, caller), current);
        },
        cancellationToken);

    /// <summary>Sets a map item: replaces it if the key exists, otherwise creates it.</summary>
    /// <param name="expiry">If the item is replaced, <see cref="Expiry.Keep"/> leaves the expiry unchanged.</param>
    /// <param name="revision">The revision that the item must have; <see cref="MustBeAbsent"/> if the key must not exist, or null for any.</param>
    public Task<(SyncObject Parent, SyncItem Item, bool IsCreated)> SetMapItemAsync(
        SyncService service, string map, string key, string data, Expiry expiry, long? revision, Caller caller,
        CancellationToken cancellationToken) => database.WriteAsync(
        write =>
        {
            SyncObject parent = RequireObject(write, service, ObjectKind.Map, map, write.Now);
            ItemKey itemKey = new(key);
            SyncItem? existing = write.FindItem(parent.Id, itemKey);
            if (existing is not null && IsLive(existing.DateExpires, write.Now))
            {
                RequireRevision(revision, existing.Revision);
                (parent, SyncItem updated) = UpdateItem(write, parent, existing, data, expiry, Expiry.Keep, caller);
                return (parent, updated, false);
            }

            if (revision is not (null or MustBeAbsent))
            {
                // It existed, otherwise the caller would not know its revision.
                throw new SyncFailureException(SyncFailure.RevisionMismatch);
            }

            if (existing is not null)
            {
                parent = RemoveItem(write, parent, existing, Caller.System);
            }

            (parent, SyncItem created) = InsertItem(write, parent, itemKey, data, expiry, Expiry.Keep, caller);
            return (parent, created, true);
        },
        cancellationToken);

    private static (SyncObject Parent, SyncItem Item) InsertItem(
        SyncWriter write, SyncObject parent, ItemKey key, string data, Expiry expiry, Expiry collectionExpiry, Caller caller)
    {
        parent = Touch(write, parent, isEvent: true, collectionExpiry);
        SyncItem item = new(key, parent.LastEventId, data, write.Now, write.Now, expiry.Apply(null, write.Now), caller.Identity);
        write.InsertItem(parent.Id, item);
        write.AppendEvent(EventOf(parent, item, SyncChange.ItemAdded, write.Now, caller));
        return (parent, item);
    }

    private static (SyncObject Parent, SyncItem Item) UpdateItem(
        SyncWriter write, SyncObject parent, SyncItem current, string? data, Expiry expiry, Expiry collectionExpiry, Caller caller)
    {
        parent = Touch(write, parent, isEvent: data is not null, collectionExpiry);
        SyncItem updated = current with
        {
            Data = data ?? current.Data,
            Revision = data is null ? current.Revision : parent.LastEventId,
            DateUpdated = write.Now,
            DateExpires = expiry.Apply(current.DateExpires, write.Now),
        };
        write.SaveItem(parent.Id, updated);
        if (data is not null)
        {
            write.AppendEvent(EventOf(parent, updated, SyncChange.ItemUpdated, write.Now, caller));
        }

        return (parent, updated);
    }

    private static SyncObject RemoveItem(SyncWriter write, SyncObject parent, SyncItem item, Caller caller)
    {
        parent = Touch(write, parent, isEvent: true, Expiry.Keep);
        write.RemoveItem(parent.Id, item.Key);
        write.AppendEvent(EventOf(parent, item, SyncChange.ItemRemoved, write.Now, caller));
        return parent;
    }

    // Every change of an item is an event of its parent, and updates the parent's dates.
    private static SyncObject Touch(SyncWriter write, SyncObject parent, bool isEvent, Expiry collectionExpiry)
    {
        SyncObject touched = parent with
        {
            LastEventId = isEvent ? parent.LastEventId + 1 : parent.LastEventId,
            DateUpdated = write.Now,
            DateExpires = collectionExpiry.Apply(parent.DateExpires, write.Now),
        };
        write.SaveObject(touched);
        return touched;
    }

    private static (SyncObject Parent, SyncItem Item) RequireItem(
        SyncReader read, SyncService service, ObjectKind kind, string parentSidOrName, ItemKey key, DateTimeOffset now)
    {
        SyncObject parent = RequireObject(read, service, kind, parentSidOrName, now);
        return read.FindItem(parent.Id, key) is { } item && IsLive(item.DateExpires, now)
            ? (parent, item)
            : throw new SyncFailureException(SyncFailure.ItemNotFound);
    }
}
