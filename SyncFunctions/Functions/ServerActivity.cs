using SyncFunctions.Client;
using SyncFunctions.Configuration;

namespace SyncFunctions.Functions;

/// <summary>What this process has done since it was started.</summary>
/// <param name="Backend"><c>twilio</c> or <c>emulator</c>.</param>
/// <param name="Since">When it was started (UTC).</param>
/// <param name="Requests">How many function calls it has answered.</param>
/// <param name="Errors">How many of them had a status of 500 or above.</param>
/// <param name="SyncCalls">How many requests it has sent to Sync, including those for jobs and health; retries do not count.</param>
public sealed record ServerState(string Backend, DateTime Since, long Requests, long Errors, long SyncCalls);

/// <summary>Counts what this process does.</summary>
public sealed class ServerActivity(SyncSettings settings, SyncClient client, TimeProvider time)
{
    private readonly DateTime since = time.GetUtcNow().UtcDateTime;
    private long requests;
    private long errors;

    /// <summary>Gets when the process was started (UTC).</summary>
    public DateTime Since => since;

    /// <summary>Gets the counts.</summary>
    public ServerState State => new(
        settings.UsesEmulator ? "emulator" : "twilio", since, Interlocked.Read(ref requests), Interlocked.Read(ref errors), client.Requests);

    /// <summary>Counts a completed call.</summary>
    /// <param name="hasFailed">Whether its status was 500 or above.</param>
    public void Count(bool hasFailed)
    {
        Interlocked.Increment(ref requests);
        if (hasFailed)
        {
            Interlocked.Increment(ref errors);
        }
    }
}
