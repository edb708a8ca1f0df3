using System.Text.Json.Serialization;

using SyncFunctions.Client;
using SyncFunctions.Configuration;

namespace SyncFunctions.Store;

/// <summary>Whether Sync can be used.</summary>
/// <param name="Status"><c>healthy</c> or <c>unhealthy</c>.</param>
/// <param name="Backend"><c>twilio</c> or <c>emulator</c>.</param>
/// <param name="Detail">Why it cannot be used; null where it can.</param>
/// <param name="DateChecked">When Sync was asked last (UTC).</param>
public sealed record SyncHealthReport(
    string Status,
    string Backend,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail,
    DateTime DateChecked)
{
    internal bool IsHealthy => Status == "healthy";
}

/// <summary>
/// Asks Sync for a configured service. An answer holds for some seconds, so that a caller without a key cannot use up the account's requests.
/// </summary>
public sealed class SyncHealth(SyncStores stores, SyncSettings settings, TimeProvider time)
{
    private static readonly TimeSpan Validity = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private Task<SyncHealthReport>? latest;
    private DateTimeOffset asked;

    /// <summary>Checks, unless that was done a moment ago. Callers at the same time share one request to Sync.</summary>
    public Task<SyncHealthReport> CheckAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (latest is null || (latest.IsCompleted && time.GetUtcNow() - asked >= Validity))
            {
                asked = time.GetUtcNow();
                latest = AskAsync();
            }

            return latest.WaitAsync(cancellationToken);
        }
    }

    private async Task<SyncHealthReport> AskAsync()
    {
        using CancellationTokenSource patience = new(Patience, time);
        string? failure = null;
        try
        {
            string key = settings.Services.ContainsKey(SyncSettings.DefaultService) ? SyncSettings.DefaultService : settings.Services.Keys.First();
            await stores.Find(key)!.GetServiceAsync(patience.Token);
        }
        catch (SyncApiException exception)
        {
            failure = $"Sync answered {(int)exception.Status}{(exception.Code is { } code ? $" ({code})" : "")}.";
        }
        catch (SyncException exception)
        {
            failure = exception.Message;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            failure = "Sync did not answer in time.";
        }

        return new SyncHealthReport(
            failure is null ? "healthy" : "unhealthy", settings.UsesEmulator ? "emulator" : "twilio", failure, time.GetUtcNow().UtcDateTime);
    }
}
