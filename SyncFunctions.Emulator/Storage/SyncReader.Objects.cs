using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Storage;

internal partial class SyncReader
{
    private const string ObjectColumns =
        "id, service_id, kind, sid, unique_name, last_event_id, data, date_created, date_updated, date_expires, created_by";

    private static readonly PageQuery ObjectPage = new(
        $"SELECT {ObjectColumns} FROM objects WHERE service_id = ?4 AND kind = ?5 AND (date_expires IS NULL OR date_expires > ?3) AND", "id");

    /// <summary>Finds an object of a kind by its SID or unique name, even if it has expired.</summary>
    public SyncObject? FindObject(long serviceId, ObjectKind kind, string sidOrName) => Session.Single(
        Sid.HasShape(sidOrName)
            ? $"SELECT {ObjectColumns} FROM objects WHERE sid = ?3 AND service_id = ?1 AND kind = ?2"
            : $"SELECT {ObjectColumns} FROM objects WHERE service_id = ?1 AND kind = ?2 AND unique_name = ?3",
        ToObject,
        serviceId, (int)kind, sidOrName);

    /// <summary>Finds an object by its id, even if it has expired.</summary>
    public SyncObject? FindObject(long id) =>
        Session.Single($"SELECT {ObjectColumns} FROM objects WHERE id = ?1", ToObject, id);

    /// <summary>Reads a service's objects of a kind that have not expired, in order of creation.</summary>
    public List<SyncObject> GetObjects(long serviceId, ObjectKind kind, PageRange range, DateTimeOffset now) => Session.Many(
        ObjectPage.Text(range), ToObject, PageQuery.Start(range), range.Limit, now.ToUnixTimeMilliseconds(), serviceId, (int)kind);

    /// <summary>Reads objects that have expired.</summary>
    public List<SyncObject> GetExpiredObjects(DateTimeOffset now, int limit) => Session.Many(
        $"SELECT {ObjectColumns} FROM objects WHERE date_expires <= ?1 LIMIT ?2", ToObject, now.ToUnixTimeMilliseconds(), limit);

    private static SyncObject ToObject(Row row) => new(
        row.Int64(0),
        row.Int64(1),
        (ObjectKind)row.Int32(2),
        row.Text(3),
        row.OptionalText(4),
        row.Int64(5),
        row.OptionalText(6),
        row.Time(7),
        row.Time(8),
        row.OptionalTime(9),
        row.Text(10));
}
