using System.Text.Json.Serialization;

using Microsoft.Extensions.Diagnostics.HealthChecks;

using SyncFunctions.Client;
using SyncFunctions.Configuration;
using SyncFunctions.Store.Jobs;

namespace SyncFunctions.Functions;

/// <summary>Whether calls can succeed.</summary>
/// <param name="Status"><c>healthy</c> or <c>unhealthy</c>.</param>
/// <param name="Backend"><c>twilio</c> or <c>emulator</c>.</param>
/// <param name="Realtime">The emulator's address for realtime clients; <see langword="null"/> if they connect to Twilio.</param>
/// <param name="Detail">Why they cannot succeed; <see langword="null"/> if they can.</param>
/// <param name="Jobs">Why jobs are off although they are enabled; <see langword="null"/> if they run, or are disabled. The functions work in any
/// case.</param>
/// <param name="DateChecked">When it was checked (UTC).</param>
public sealed record SyncHealthReport(
    string Status,
    string Backend,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Uri? Realtime,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Jobs,
    DateTime DateChecked);

/// <summary>
/// Runs the app's health checks. A report is reused for some seconds, so that callers without a key cannot exhaust the account's rate limit.
/// </summary>
public sealed class HealthReporter(HealthCheckService checks, SyncSettings settings, SyncConnection connection, IJobQueue jobs, JobOptions jobOptions, TimeProvider time)
{
    private static readonly TimeSpan Validity = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private Task<SyncHealthReport>? latest;
    private DateTimeOffset started;

    /// <summary>Runs the checks, or returns a recent report. Concurrent callers share one run.</summary>
    public Task<SyncHealthReport> CheckAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (latest is null || (latest.IsCompleted && time.GetUtcNow() - started >= Validity))
            {
                started = time.GetUtcNow();
                latest = RunAsync();
            }

            return latest.WaitAsync(cancellationToken);
        }
    }

    // Not cancelled with a caller, because others may wait for the same run.
    private async Task<SyncHealthReport> RunAsync()
    {
        HealthReport report = await checks.CheckHealthAsync(CancellationToken.None);
        string[] failures = [.. report.Entries.Values
            .Where(entry => entry.Status != HealthStatus.Healthy)
            .Select(entry => entry.Description ?? "A check failed.")];
        return new SyncHealthReport(
            failures.Length == 0 ? "healthy" : "unhealthy",
            settings.UsesEmulator ? "emulator" : "twilio",
            settings.UsesEmulator && connection.BaseUrl.IsCompletedSuccessfully ? SyncConnection.RealtimeUrl(connection.BaseUrl.Result) : null,
            failures.Length == 0 ? null : string.Join(' ', failures),
            // Not reported if jobs were disabled on purpose.
            jobOptions.IsEnabled ? jobs.Fault : null,
            time.GetUtcNow().UtcDateTime);
    }
}
