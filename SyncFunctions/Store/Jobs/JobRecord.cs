using System.Text.Json;
using System.Text.Json.Serialization;

using SyncFunctions.Client;

namespace SyncFunctions.Store.Jobs;

/// <summary>A job as Sync keeps it: an item of the map of jobs.</summary>
internal sealed record JobRecord
{
    /// <summary>Gets what it does.</summary>
    public required string Type { get; init; }

    /// <summary>Gets what it is doing.</summary>
    public required JobState State { get; init; }

    /// <summary>Gets how much it has done.</summary>
    public long Progress { get; init; }

    /// <summary>Gets what it was started with.</summary>
    public required JsonText Input { get; init; }

    /// <summary>Gets what came of it.</summary>
    public JsonText? Output { get; init; }

    /// <summary>Gets why it failed, or why its latest step did.</summary>
    public string? Error { get; init; }

    /// <summary>Gets when it was started.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>Gets when a worker began it.</summary>
    public DateTime? StartedAt { get; init; }

    /// <summary>Gets when it ended.</summary>
    public DateTime? EndedAt { get; init; }

    /// <summary>Gets which attempt at the current step is under way or was the last.</summary>
    public int Attempts { get; init; }

    /// <summary>Gets what only the workers know.</summary>
    [JsonPropertyName("$run")]
    public required JobRun Run { get; init; }

    /// <summary>Gets whether nothing more happens to it.</summary>
    [JsonIgnore]
    public bool HasEnded => State is JobState.Completed or JobState.Failed or JobState.Canceled;

    /// <summary>Reads a job; <see langword="null"/> if the data are something else.</summary>
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

    /// <summary>Makes what callers see.</summary>
    public Job ToJob(string jobId) => new(jobId, Type, State, Progress, Input, Output, Error, CreatedAt, StartedAt, EndedAt, Attempts);
}

/// <summary>What only the workers know of a job.</summary>
/// <param name="Step">Counts the steps, so that an old message is told from the current.</param>
/// <param name="Lease">Names the worker's hold of the job; <see langword="null"/> if nobody holds it.</param>
/// <param name="Until">When the hold ends by itself, should the worker die.</param>
/// <param name="IsClean">Whether nothing was done since the cursor was saved.</param>
/// <param name="Since">If something may have been done: when the cursor was saved, by Sync's clock.</param>
/// <param name="Cursor">Where to go on.</param>
internal sealed record JobRun(long Step, string? Lease, DateTime? Until, bool IsClean, DateTime? Since, JsonText? Cursor)
{
    /// <summary>Gets that of a job that nobody has begun.</summary>
    public static JobRun New { get; } = new(1, null, null, true, null, null);

    /// <summary>Whether a worker holds the job.</summary>
    public bool IsHeld(DateTime now) => Lease is not null && Until > now;

    /// <summary>Ends the hold, with nothing left to do again.</summary>
    public JobRun Next() => this with { Step = Step + 1, Lease = null, Until = null, IsClean = true, Since = null };
}
