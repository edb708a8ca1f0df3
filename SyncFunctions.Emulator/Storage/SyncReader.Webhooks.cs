using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Storage;

internal partial class SyncReader
{
    /// <summary>Reads the ids of the services with a webhook.</summary>
    public List<long> GetWebhookServices() => Session.Many("SELECT service_id FROM webhooks", row => row.Int64(0));

    /// <summary>Reads the events of a service after its webhook's position, in order.</summary>
    public List<SyncEvent> GetUndeliveredEvents(long serviceId, int limit) => Session.Many(
        $"""
        SELECT {EventColumns} FROM events
        WHERE service_id = ?1 AND id > (SELECT position FROM webhooks WHERE service_id = ?1) ORDER BY id LIMIT ?2
        """,
        ToEvent,
        serviceId, limit);
}
