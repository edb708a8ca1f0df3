using System.Text.Json;
using System.Text.Json.Serialization;

using SyncFunctions.Client;

namespace SyncFunctions.Store.Jobs;

/// <summary>A job as it is stored in Sync: an item of the map of jobs.</summary>
internal sealed record JobRecord
{
    /// <summary>Gets the name of its type.</summary>
    public required string Type { get; init; }

    /// <summary>Gets its state.</summary>
    public required JobState State { get; init; }

    /// <summary>Gets how much it has done.</summary>
    public long Progress { get; init; }

    /// <summary>Gets its input.</summary>
    public required JsonText Input { get; init; }

    /// <summary>Gets its output.</summary>
    public JsonText? Output { get; init; }

    /// <summary>Gets why it failed, or why its latest step did.</summary>
    public string? Error { get; init; }

    /// <summary>Gets when it was started.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>Gets when a worker started it.</summary>
    public DateTime? StartedAt { get; init; }

    /// <summary>Gets when it ended.</summary>
    public DateTime? EndedAt { get; init; }

    /// <summary>Gets the number of attempts at the current step, including one in progress.</summary>
    public int Attempts { get; init; }

    /// <summary>Gets the workers' own state.</summary>
    [JsonPropertyName("$run")]
    public required JobRun Run { get; init; }

    /// <summary>Gets whether it has ended.</summary>
    [JsonIgnore]
    public bool HasEnded => State is JobState.Completed or JobState.Failed or JobState.Canceled;

    /// <summary>Reads a job, or returns <see langword="null"/> if the data is something else.</summary>
    public static JobRecord? Read(JsonText data)
    {
        try
        {
            return JsonSerializer.Deserialize(data.Utf8, JobJson.Readable.JobRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes the job's data.</summary>
    public JsonText Write() => new(JsonSerializer.SerializeToUtf8Bytes(this, JobJson.Readable.JobRecord));

    /// <summary>Creates the form that callers get.</summary>
    public Job ToJob(string jobId) => new(jobId, Type, State, Progress, Input, Output, Error, CreatedAt, StartedAt, EndedAt, Attempts);
}

/// <summary>The workers' own state of a job.</summary>
/// <param name="Step">The number of the step, which distinguishes an old message from the current one.</param>
/// <param name="Lease">The ID of the worker's lease, or <see langword="null"/> if no worker holds the job.</param>
/// <param name="Until">When the lease ends if the worker dies.</param>
/// <param name="IsClean">Whether nothing was done since the cursor was saved.</param>
/// <param name="Since">If something may have been done since: when the cursor was saved, by Sync's clock.</param>
/// <param name="Cursor">Where to continue.</param>
internal sealed record JobRun(long Step, string? Lease, DateTime? Until, bool IsClean, DateTime? Since, JsonText? Cursor)
{
    /// <summary>Gets the state of a job that has not started.</summary>
    public static JobRun New { get; } = new(1, null, null, true, null, null);

    /// <summary>Checks whether a worker holds the job.</summary>
    public bool IsHeld(DateTime now) => Lease is not null && Until > now;

    /// <summary>Ends the lease, with no work to repeat.</summary>
    public JobRun Next() => this with { Step = Step + 1, Lease = null, Until = null, IsClean = true, Since = null };
}
