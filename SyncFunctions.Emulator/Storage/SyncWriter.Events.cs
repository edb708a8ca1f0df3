using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Storage;

internal sealed partial class SyncWriter
{
    /// <summary>Appends an event to the log, in the same transaction as its change.</summary>
    public void AppendEvent(SyncEvent appended)
    {
        Session.Execute(
            """
            INSERT INTO events (service_id, object_id, kind, change, object_sid, unique_name, event_id, key, data, date, date_expires, identity,
                endpoint_id)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            """,
            appended.ServiceId, appended.ObjectId, (int)appended.Kind, (int)appended.Change, appended.ObjectSid, appended.UniqueName,
            appended.EventId, appended.Key?.Value, appended.Data, appended.Date.ToUnixTimeMilliseconds(),
            appended.DateExpires?.ToUnixTimeMilliseconds(), appended.Identity, appended.EndpointId);
        events.Add(appended with { Position = Session.LastInsertId });
    }

    /// <summary>Removes the oldest events, if there are more than the log keeps.</summary>
    /// <param name="retention">The number of events that the log keeps.</param>
    /// <param name="limit">The maximum number to remove.</param>
    /// <returns>How many were removed.</returns>
    public int RemoveOldEvents(long retention, int limit) => Session.Execute(
        "DELETE FROM events WHERE id IN (SELECT id FROM events WHERE id <= (SELECT max(id) FROM events) - ?1 ORDER BY id LIMIT ?2)",
        retention, limit);
}
