using Microsoft.Extensions.Diagnostics.HealthChecks;

using SyncFunctions.Client;

namespace SyncFunctions.Store;

/// <summary>Checks that Sync accepts the configured credentials, by fetching a configured service.</summary>
public sealed class SyncHealthCheck(SyncStores stores, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource timeout = new(Timeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await stores.Default.GetServiceAsync(either.Token);
            return HealthCheckResult.Healthy();
        }
        catch (SyncApiException exception)
        {
            string code = exception.Code is { } number ? $" ({number})" : "";
            return HealthCheckResult.Unhealthy($"Sync answered {(int)exception.Status}{code}.");
        }
        catch (SyncException exception)
        {
            return HealthCheckResult.Unhealthy(exception.Message);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy("Sync did not answer in time.");
        }
    }
}
