using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Storage;

internal sealed partial class SyncWriter
{
    /// <summary>Adds an item to a list or map.</summary>
    public void InsertItem(long objectId, SyncItem created)
    {
        TouchObject(objectId);
        Session.Execute(
            """
            INSERT INTO items (object_id, key, event_id, data, date_created, date_updated, date_expires, created_by)
            VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7)
            """,
            objectId, ToStored(created.Key), created.Revision, created.Data, created.DateCreated.ToUnixTimeMilliseconds(),
            created.DateExpires?.ToUnixTimeMilliseconds(), created.CreatedBy);
    }

    /// <summary>Replaces the members of an item that can change.</summary>
    public void SaveItem(long objectId, SyncItem updated)
    {
        TouchObject(objectId);
        Session.Execute(
            "UPDATE items SET event_id = ?3, data = ?4, date_updated = ?5, date_expires = ?6 WHERE object_id = ?1 AND key = ?2",
            objectId, ToStored(updated.Key), updated.Revision, updated.Data, updated.DateUpdated.ToUnixTimeMilliseconds(),
            updated.DateExpires?.ToUnixTimeMilliseconds());
    }

    /// <summary>Removes an item.</summary>
    public void RemoveItem(long objectId, ItemKey key)
    {
        TouchObject(objectId);
        Session.Execute("DELETE FROM items WHERE object_id = ?1 AND key = ?2", objectId, ToStored(key));
    }
}
