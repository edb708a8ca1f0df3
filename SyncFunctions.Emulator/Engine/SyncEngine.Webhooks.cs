using System.Collections.Concurrent;

using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Storage;

namespace SyncFunctions.Emulator.Engine;

internal sealed partial class SyncEngine
{
    // The services with a webhook, so that a commit need not read them from the file.
    private readonly ConcurrentDictionary<long, bool> webhooks = new();

    /// <summary>Whether a service has a webhook.</summary>
    public bool HasWebhook(long serviceId) => webhooks.ContainsKey(serviceId);

    /// <summary>The services with a webhook.</summary>
    public List<long> GetWebhookServices()
    {
        List<long> services = database.Read(read => read.GetWebhookServices());
        services.ForEach(service => webhooks[service] = true);
        return services;
    }

    /// <summary>Reads the events of a service that its webhook has not received yet, in order.</summary>
    public List<SyncEvent> GetUndeliveredEvents(long serviceId, int limit) => database.Read(read => read.GetUndeliveredEvents(serviceId, limit));

    /// <summary>Records that a service's webhook has received the events up to a position.</summary>
    public Task MarkDeliveredAsync(long serviceId, long position, CancellationToken cancellationToken) => database.WriteAsync(
        write =>
        {
            write.SavePosition(serviceId, position);
            return position;
        },
        cancellationToken);

    // A webhook gets the events after its URL is set.
    private void SaveWebhook(SyncWriter write, SyncService service)
    {
        if (service.Settings.WebhookUrl is null)
        {
            write.RemoveWebhook(service.Id);
            webhooks.TryRemove(service.Id, out _);
        }
        else
        {
            write.AddWebhook(service.Id);
            webhooks[service.Id] = true;
        }
    }
}
