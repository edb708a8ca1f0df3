using System.Text.Json.Serialization;

using SyncFunctions.Client;

namespace SyncFunctions.Store.Jobs;

/// <summary>The state of a job.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobState>))]
public enum JobState
{
    /// <summary>It waits for a worker.</summary>
    [JsonStringEnumMemberName("queued")]
    Queued,

    /// <summary>A worker has started it.</summary>
    [JsonStringEnumMemberName("active")]
    Active,

    /// <summary>It has ended successfully.</summary>
    [JsonStringEnumMemberName("completed")]
    Completed,

    /// <summary>It has ended with an error.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>It was canceled.</summary>
    [JsonStringEnumMemberName("canceled")]
    Canceled,
}

/// <summary>A job in the form that callers get.</summary>
/// <param name="JobId">Its ID: a UUID that sorts by creation time.</param>
/// <param name="Type">The name of its type.</param>
/// <param name="Progress">How much it has done: items removed, or lines exported or imported. It never decreases.</param>
/// <param name="Input">What it was started with.</param>
/// <param name="Output">Its result, or <see langword="null"/> unless it is completed.</param>
/// <param name="Error">Why it failed, or why its latest step did, or <see langword="null"/> if neither has failed.</param>
/// <param name="CreatedAt">When it was started (UTC).</param>
/// <param name="StartedAt">When a worker started it (UTC), or <see langword="null"/> if none has.</param>
/// <param name="EndedAt">When it ended (UTC), or <see langword="null"/> if it has not.</param>
/// <param name="Attempts">The number of attempts at the current step, including one in progress.</param>
public sealed record Job(
    string JobId,
    string Type,
    JobState State,
    long Progress,
    JsonText Input,
    JsonText? Output,
    string? Error,
    DateTime CreatedAt,
    DateTime? StartedAt,
    DateTime? EndedAt,
    int Attempts);

/// <summary>The job that was started.</summary>
public sealed record StartedJob(string JobId);

/// <summary>How many jobs were removed.</summary>
public sealed record CleanedJobs(long Removed);
