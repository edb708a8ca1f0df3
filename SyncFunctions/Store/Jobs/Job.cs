using System.Text.Json.Serialization;

using SyncFunctions.Client;

namespace SyncFunctions.Store.Jobs;

/// <summary>What a job is doing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobState>))]
public enum JobState
{
    /// <summary>It waits for a worker.</summary>
    [JsonStringEnumMemberName("queued")]
    Queued,

    /// <summary>A worker has begun it.</summary>
    [JsonStringEnumMemberName("active")]
    Active,

    /// <summary>It has ended, and did what it was asked to.</summary>
    [JsonStringEnumMemberName("completed")]
    Completed,

    /// <summary>It has ended with an error.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>It was canceled.</summary>
    [JsonStringEnumMemberName("canceled")]
    Canceled,
}

/// <summary>A job, as callers see it.</summary>
/// <param name="JobId">Its ID: a UUID, in the order of creation.</param>
/// <param name="Type">What it does: the name of a type.</param>
/// <param name="Progress">How much it has done: items removed, or lines exported or imported. It never goes back.</param>
/// <param name="Input">What it was started with.</param>
/// <param name="Output">What came of it; <see langword="null"/> unless it is completed.</param>
/// <param name="Error">Why it failed, or why its latest step did; <see langword="null"/> for no reason.</param>
/// <param name="CreatedAt">When it was started (UTC).</param>
/// <param name="StartedAt">When a worker began it (UTC); <see langword="null"/> if none has.</param>
/// <param name="EndedAt">When it ended (UTC); <see langword="null"/> if it has not.</param>
/// <param name="Attempts">Which attempt at the current step is under way or was the last, from 1; 0 before the first.</param>
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
