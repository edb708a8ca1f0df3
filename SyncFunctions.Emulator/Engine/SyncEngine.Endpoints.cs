using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Engine;

internal sealed partial class SyncEngine
{
    /// <summary>Appends to the log that an endpoint has connected or disconnected, if the service wants a webhook for it.</summary>
    /// <remarks>In the log it is in order with the endpoint's changes, and it is delivered like them, even after a restart.</remarks>
    /// <returns>Whether the service wants a webhook for it.</returns>
    public Task<bool> ReportEndpointAsync(long serviceId, SyncChange change, string identity, string endpointId) => database.WriteAsync(
        write =>
        {
            bool isWanted = write.FindService(serviceId) is { Settings: { ReachabilityWebhooksEnabled: true, WebhookUrl: not null } };
            if (isWanted)
            {
                write.AppendEvent(SyncEvent.OfEndpoint(serviceId, change, identity, endpointId, write.Now));
            }

            return isWanted;
        },
        CancellationToken.None);
}
