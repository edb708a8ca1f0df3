using System.Text.Json.Serialization;

using Microsoft.Extensions.Diagnostics.HealthChecks;

using SyncFunctions.Client;
using SyncFunctions.Configuration;
using SyncFunctions.Store.Jobs;

namespace SyncFunctions.Functions;

/// <summary>Whether calls can succeed.</summary>
/// <param name="Status"><c>healthy</c> or <c>unhealthy</c>.</param>
/// <param name="Backend"><c>twilio</c> or <c>emulator</c>.</param>
/// <param name="Realtime">Where realtime clients connect to, if that is not Twilio: the emulator's address; otherwise <see langword="null"/>.</param>
/// <param name="Detail">Why they cannot succeed; <see langword="null"/> if they can.</param>
/// <param name="Jobs">Why jobs are off although they are enabled; <see langword="null"/> if they are not. The functions work all the same.</param>
/// <param name="DateChecked">When that was found out (UTC).</param>
public sealed record SyncHealthReport(
    string Status,
    string Backend,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Uri? Realtime,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Jobs,
    DateTime DateChecked);

/// <summary>
/// Runs the app's health checks. A report holds for some seconds, so that a caller without a key cannot use up the account's requests.
/// </summary>
public sealed class HealthReporter(HealthCheckService checks, SyncSettings settings, SyncConnection connection, IJobQueue jobs, JobOptions jobOptions, TimeProvider time)
{
    private static readonly TimeSpan Validity = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private Task<SyncHealthReport>? latest;
    private DateTimeOffset started;

    /// <summary>Checks, unless that was done a moment ago. Callers at the same time share one check.</summary>
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

    // No caller's token: the others go on waiting when one leaves.
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
            // What was switched off on purpose is no news.
            jobOptions.IsEnabled ? jobs.Fault : null,
            time.GetUtcNow().UtcDateTime);
    }
}
