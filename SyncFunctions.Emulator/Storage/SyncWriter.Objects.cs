using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Storage;

internal sealed partial class SyncWriter
{
    /// <summary>Adds an object and returns its id, or null if its service does not exist.</summary>
    public long? InsertObject(SyncObject created)
    {
        int inserted = Session.Execute(
            """
            INSERT INTO objects (service_id, kind, sid, unique_name, last_event_id, data, date_created, date_updated, date_expires, created_by)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9 WHERE EXISTS (SELECT 1 FROM services WHERE id = ?1)
            """,
            created.ServiceId, (int)created.Kind, created.Sid, created.UniqueName, created.LastEventId, created.Data,
            created.DateCreated.ToUnixTimeMilliseconds(), created.DateExpires?.ToUnixTimeMilliseconds(), created.CreatedBy);
        return inserted == 1 ? Session.LastInsertId : null;
    }

    /// <summary>Replaces the members of an object that can change.</summary>
    public void SaveObject(SyncObject updated)
    {
        TouchObject(updated.Id);
        Session.Execute(
            "UPDATE objects SET last_event_id = ?2, data = ?3, date_updated = ?4, date_expires = ?5 WHERE id = ?1",
            updated.Id, updated.LastEventId, updated.Data, updated.DateUpdated.ToUnixTimeMilliseconds(),
            updated.DateExpires?.ToUnixTimeMilliseconds());
    }

    /// <summary>Removes an object. The sweeper removes its items and permissions later.</summary>
    public void RemoveObject(long objectId)
    {
        TouchObject(objectId);
        Session.Execute("DELETE FROM objects WHERE id = ?1", objectId);
        Session.Execute("INSERT OR IGNORE INTO abandoned VALUES (?1)", objectId);
    }

    /// <summary>Removes items and permissions that one of the removed objects has left behind.</summary>
    /// <param name="limit">The maximum number of items.</param>
    /// <returns>Whether there was such an object.</returns>
    public bool RemoveAbandoned(int limit)
    {
        if (Session.Scalar("SELECT object_id FROM abandoned LIMIT 1") is not { } objectId)
        {
            return false;
        }

        int removed = Session.Execute("DELETE FROM items WHERE id IN (SELECT id FROM items WHERE object_id = ?1 LIMIT ?2)", objectId, limit);
        if (removed == 0)
        {
            Session.Execute("DELETE FROM permissions WHERE object_id = ?1", objectId);
            Session.Execute("DELETE FROM abandoned WHERE object_id = ?1", objectId);
        }

        return true;
    }
}
