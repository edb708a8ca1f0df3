using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Storage;

internal partial class SyncReader
{
    private const string EventColumns =
        "service_id, object_id, kind, change, object_sid, unique_name, event_id, key, data, date, date_expires, identity, id, endpoint_id";

    /// <summary>Reads the position of the log's last event, or 0 if there is none.</summary>
    public long GetLastPosition() => Session.Scalar("SELECT max(id) FROM events") ?? 0;

    /// <summary>Reads the events of an object's items after one number, up to another, in order.</summary>
    public List<SyncEvent> GetItemEvents(long objectId, long afterEventId, long lastEventId) => Session.Many(
        $"SELECT {EventColumns} FROM events WHERE object_id = ?1 AND event_id > ?2 AND event_id <= ?3 AND key IS NOT NULL ORDER BY id",
        ToEvent,
        objectId, afterEventId, lastEventId);

    private static SyncEvent ToEvent(Row row) => new(
        row.Int64(0),
        row.Int64(1),
        (ObjectKind)row.Int32(2),
        (SyncChange)row.Int32(3),
        row.Text(4),
        row.OptionalText(5),
        row.Int64(6),
        row.Value(7) is { } key ? ItemKey.From(key) : null,
        row.OptionalText(8),
        row.Time(9),
        row.OptionalTime(10),
        row.Text(11))
    {
        Position = row.Int64(12),
        EndpointId = row.OptionalText(13),
    };
}
