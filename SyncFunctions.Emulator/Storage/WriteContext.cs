using SyncFunctions.Emulator.Engine;

namespace SyncFunctions.Emulator.Storage;

/// <summary>What a change may use while it runs on the writer's thread.</summary>
/// <param name="Session">The writing connection, inside a transaction.</param>
/// <param name="Now">The time of the change.</param>
internal sealed record WriteContext(SqliteSession Session, DateTimeOffset Now)
{
    private readonly List<SyncEvent> events = [];

    /// <summary>The events of the group so far, in order.</summary>
    public IReadOnlyList<SyncEvent> Events => events;

    /// <summary>Appends an event to the log of its service, in the same transaction as the change it tells of.</summary>
    public void Emit(SyncEvent syncEvent)
    {
        Session.Execute(
            """
            INSERT INTO events (service_id, object_id, kind, change, object_sid, unique_name, event_id, key, data, date, date_expires, identity)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """,
            syncEvent.ServiceId, syncEvent.ObjectId, (int)syncEvent.Kind, (int)syncEvent.Change, syncEvent.ObjectSid, syncEvent.UniqueName,
            syncEvent.EventId, syncEvent.Key?.Value, syncEvent.Data, syncEvent.Date.ToUnixTimeMilliseconds(),
            syncEvent.DateExpires?.ToUnixTimeMilliseconds(), syncEvent.Identity);
        events.Add(syncEvent with { Position = Session.LastInsertId });
    }

    internal void ForgetEventsFrom(int count) => events.RemoveRange(count, events.Count - count);
}
