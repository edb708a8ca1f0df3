using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using SyncFunctions.Client;

namespace SyncFunctions.Store.Jobs;

/// <summary>A step of a job. Its worker holds the job, and works for a limited time.</summary>
internal sealed class JobStep(SyncStore store, HeldJob held, TimeProvider time)
{
    // How long a canceled job may continue, and how much is repeated after a crash.
    private const int MaximumUnsaved = 100;
    private static readonly TimeSpan MaximumUnsavedTime = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan MaximumTime = TimeSpan.FromSeconds(10);

    private readonly long started = time.GetTimestamp();
    private long saved = time.GetTimestamp();
    private int unsaved;

    /// <summary>Gets the store that the job works on.</summary>
    public SyncStore Store => store;

    /// <summary>Gets the job's ID.</summary>
    public string JobId => held.JobId;

    /// <summary>Gets the job's input.</summary>
    public JsonText Input => held.Record.Input;

    /// <summary>Gets the job's progress.</summary>
    public long Progress => held.Record.Progress;

    /// <summary>Gets when the cursor was saved, by Sync's clock, if something may have been done since, or <see langword="null"/> if nothing was.</summary>
    public DateTime? Since => held.Record.Run.Since;

    /// <summary>Gets whether the step's time is over.</summary>
    public bool IsOver => time.GetElapsedTime(started) >= MaximumTime;

    /// <summary>Counts an operation, and returns whether it is time to save.</summary>
    public bool Count() => ++unsaved >= MaximumUnsaved || time.GetElapsedTime(saved) >= MaximumUnsavedTime || IsOver;

    /// <summary>Reads the cursor; <see langword="null"/> at the start.</summary>
    public T? Cursor<T>(JsonTypeInfo<T> type)
        where T : class => held.Record.Run.Cursor is { } cursor ? JsonSerializer.Deserialize(cursor.Utf8, type) : null;

    /// <summary>Saves the job's position, and keeps the lease.</summary>
    /// <param name="progress">The job's progress.</param>
    /// <exception cref="JobStoppedException">It was canceled, or another worker has it.</exception>
    public async Task SaveAsync<T>(T cursor, JsonTypeInfo<T> type, long progress, CancellationToken cancellationToken)
    {
        await held.SaveAsync(new JsonText(JsonSerializer.SerializeToUtf8Bytes(cursor, type)), progress, cancellationToken);
        unsaved = 0;
        saved = time.GetTimestamp();
    }
}

/// <summary>Is thrown if a worker must stop: the job was canceled or removed, or another worker has it.</summary>
internal sealed class JobStoppedException : Exception;
