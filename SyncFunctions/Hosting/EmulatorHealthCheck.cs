using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SyncFunctions.Hosting;

/// <summary>Checks that the embedded emulator can write: on a full disk it still reads.</summary>
internal sealed class EmulatorHealthCheck(EmbeddedEmulator emulator) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        emulator.Server is { } server && await server.FindFaultAsync(cancellationToken) is { } fault
            ? HealthCheckResult.Unhealthy(fault)
            : HealthCheckResult.Healthy();
}
