using System.Collections.Concurrent;

using SyncFunctions.Emulator.Storage;

namespace SyncFunctions.Emulator.Engine;

internal sealed partial class SyncEngine
{
    // The services with a webhook, so that a commit can tell without a look into the file.
    private readonly ConcurrentDictionary<long, bool> webhooks = new();

    /// <summary>Raised on the writer's thread for each group of committed changes, with their events in order. Handlers must not wait.</summary>
    public event Action<IReadOnlyList<SyncEvent>>? Committed
    {
        add => database.Writer.Committed += value;
        remove => database.Writer.Committed -= value;
    }

    /// <summary>Whether a service has a webhook.</summary>
    public bool HasWebhook(long serviceId) => webhooks.ContainsKey(serviceId);

    /// <summary>Finds a service by its row.</summary>
    public SyncService? FindService(long id) =>
        database.Read(session => session.Single($"SELECT {Rows.Service} FROM services WHERE id = $1", Rows.ToService, id));

    /// <summary>The services with a webhook.</summary>
    public List<long> GetWebhookServices()
    {
        List<long> services = database.Read(session => session.Many("SELECT service_id FROM webhooks", row => row.GetInt64(0)));
        services.ForEach(service => webhooks[service] = true);
        return services;
    }

    /// <summary>The events of a service that its webhook has not got yet, in order.</summary>
    public List<SyncEvent> GetUndeliveredEvents(long serviceId, int limit) => database.Read(session => session.Many(
        $"""
        SELECT {Rows.Event} FROM events
        WHERE service_id = $1 AND id > (SELECT position FROM webhooks WHERE service_id = $1) ORDER BY id LIMIT $2
        """,
        Rows.ToEvent,
        serviceId, limit));

    /// <summary>Remembers that a service's webhook has got the events up to a position.</summary>
    public Task MarkDeliveredAsync(long serviceId, long position, CancellationToken cancellationToken) => WriteAsync(
        write => write.Session.Execute("UPDATE webhooks SET position = $2 WHERE service_id = $1", serviceId, position), cancellationToken);

    // A webhook gets what happens from the moment on that its URL is set.
    private void SaveWebhook(WriteContext write, SyncService service)
    {
        if (service.Settings.WebhookUrl is null)
        {
            write.Session.Execute("DELETE FROM webhooks WHERE service_id = $1", service.Id);
            webhooks.TryRemove(service.Id, out _);
        }
        else
        {
            write.Session.Execute(
                "INSERT OR IGNORE INTO webhooks (service_id, position) VALUES ($1, (SELECT coalesce(max(id), 0) FROM events))", service.Id);
            webhooks[service.Id] = true;
        }
    }
}
