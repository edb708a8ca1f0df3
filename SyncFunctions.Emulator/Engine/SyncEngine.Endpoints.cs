using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Engine;

internal sealed partial class SyncEngine
{
    /// <summary>Appends to the log that an endpoint has come or gone, if the service wants its webhook to hear of it.</summary>
    /// <remarks>In the log it is in order with the changes that the endpoint made, and is delivered as they are, after a restart too.</remarks>
    /// <returns>Whether the service wants it.</returns>
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
