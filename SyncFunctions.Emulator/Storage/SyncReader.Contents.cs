using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Storage;

internal partial class SyncReader
{
    /// <summary>Counts what a service holds and has not expired.</summary>
    public ContentCounts CountContents(long serviceId, DateTimeOffset now)
    {
        long Objects(ObjectKind kind) => Session.Scalar(
            "SELECT count(*) FROM objects WHERE service_id = ?1 AND kind = ?2 AND (date_expires IS NULL OR date_expires > ?3)",
            serviceId, (int)kind, now.ToUnixTimeMilliseconds()) ?? 0;
        long Items(ObjectKind kind) => Session.Scalar(
            """
            SELECT count(*) FROM objects JOIN items ON items.object_id = objects.id
            WHERE service_id = ?1 AND kind = ?2 AND (objects.date_expires IS NULL OR objects.date_expires > ?3)
                AND (items.date_expires IS NULL OR items.date_expires > ?3)
            """,
            serviceId, (int)kind, now.ToUnixTimeMilliseconds()) ?? 0;
        long permissions = Session.Scalar(
            """
            SELECT count(*) FROM objects JOIN permissions ON permissions.object_id = objects.id
            WHERE service_id = ?1 AND (date_expires IS NULL OR date_expires > ?2)
            """,
            serviceId, now.ToUnixTimeMilliseconds()) ?? 0;
        return new ContentCounts(
            Objects(ObjectKind.Document), Objects(ObjectKind.List), Items(ObjectKind.List), Objects(ObjectKind.Map), Items(ObjectKind.Map),
            Objects(ObjectKind.Stream), permissions);
    }

    /// <summary>Reads objects of any service and kind, also those that have expired.</summary>
    public List<SyncObject> GetAllObjects(int limit) => Session.Many($"SELECT {ObjectColumns} FROM objects LIMIT ?1", ToObject, limit);
}
