using System.Collections.Concurrent;
using System.Net;

using Microsoft.Extensions.Logging;

using SyncFunctions.Client;
using SyncFunctions.Store.Snapshots;

namespace SyncFunctions.Store.Jobs;

/// <summary>A step that a worker of this process is running.</summary>
/// <param name="Service">The key of the Sync service that has the job.</param>
/// <param name="Since">When the step started (UTC).</param>
public sealed record RunningStep(string Service, string JobId, string Type, DateTime Since);

/// <summary>Runs jobs, step by step, whatever wakes the workers.</summary>
public sealed partial class JobRunner
{
    private const int MaximumAttempts = 5;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly SyncStores stores;
    private readonly IJobQueue queue;
    private readonly JobOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<JobRunner> logger;
    private readonly Dictionary<string, IJobType> types;
    private readonly ConcurrentDictionary<string, RunningStep> running = new(StringComparer.Ordinal);
    private long steps;
    private long failures;

    /// <summary>Creates the runner.</summary>
    /// <param name="queue">Takes the message for the next step.</param>
    /// <param name="snapshots">The storage for exports and imports.</param>
    public JobRunner(
        SyncStores stores, IJobQueue queue, ISnapshotStorage snapshots, JobOptions options, TimeProvider time, ILogger<JobRunner> logger)
    {
        this.stores = stores;
        this.queue = queue;
        this.options = options;
        this.time = time;
        this.logger = logger;
        IJobType[] all = [new SummarizeJob(), new RemoveItemsJob(), new ExportServiceJob(snapshots, time), new ImportServiceJob(snapshots, time)];
        types = all.ToDictionary(type => type.Name, StringComparer.Ordinal);
    }

    /// <summary>Gets the names of the types of jobs.</summary>
    public static IReadOnlyList<string> TypeNames { get; } = [SummarizeJob.TypeName, RemoveItemsJob.TypeName, ExportServiceJob.TypeName, ImportServiceJob.TypeName];

    /// <summary>Gets the steps that are running.</summary>
    public IReadOnlyCollection<RunningStep> Running => [.. running.Values];

    /// <summary>Gets the number of steps that were completed.</summary>
    public long Steps => Interlocked.Read(ref steps);

    /// <summary>Gets the number of steps that failed.</summary>
    public long Failures => Interlocked.Read(ref failures);

    /// <summary>Starts a job.</summary>
    /// <param name="type">One of <see cref="TypeNames"/>.</param>
    /// <returns>Its ID.</returns>
    /// <exception cref="ParameterException">The type does not accept the input.</exception>
    /// <exception cref="NotConfiguredException">Jobs are off.</exception>
    /// <exception cref="StorageUnavailableException">The queue is not available; the job is not started.</exception>
    public async Task<StartedJob> StartAsync(SyncStore store, string type, JsonText input, CancellationToken cancellationToken)
    {
        if (queue.Fault is { } fault)
        {
            throw new NotConfiguredException(fault);
        }

        await types[type].CheckAsync(store, input, cancellationToken);
        JobBook book = new(store, time);
        string jobId = await book.AddAsync(type, input, cancellationToken);
        try
        {
            await queue.EnqueueAsync(new JobMessage(store.Key, jobId, JobRun.New.Step), TimeSpan.Zero, cancellationToken);
        }
        catch (StorageUnavailableException)
        {
            await book.RemoveAsync(jobId, cancellationToken);
            throw;
        }

        return new StartedJob(jobId);
    }

    /// <summary>Runs the step that a message requests, unless another worker runs it or has run it.</summary>
    /// <exception cref="SyncException">The outcome cannot be saved to Sync. The message must be delivered again.</exception>
    public async Task RunStepAsync(JobMessage message, CancellationToken cancellationToken)
    {
        if (stores.Find(message.Service) is not { } store)
        {
            Log.UnknownService(logger, message.JobId);
            return;
        }

        JobBook book = new(store, time);
        while (await book.FindAsync(message.JobId, cancellationToken) is { } found)
        {
            (SyncMapItem item, JobRecord record) = found;
            if (record.HasEnded)
            {
                await AbandonAsync(message.JobId, record, cancellationToken);
                return;
            }

            if (record.Run.IsHeld(time.GetUtcNow().UtcDateTime))
            {
                if (message.Step >= record.Run.Step)
                {
                    await LookAgainAsync(message, record, cancellationToken);
                }

                return;
            }

            using HeldJob? held = await book.TakeAsync(item, record, options.Lease, cancellationToken);
            if (held is not null)
            {
                await RunAsync(store, held, cancellationToken);
                return;
            }
        }
    }

    /// <summary>Marks a job as failed because no worker could handle its message, unless a worker holds it.</summary>
    public async Task FailAsync(JobMessage message, CancellationToken cancellationToken)
    {
        if (stores.Find(message.Service) is not { } store)
        {
            Log.UnknownService(logger, message.JobId);
            return;
        }

        JobBook book = new(store, time);
        while (await book.FindAsync(message.JobId, cancellationToken) is { Record: { HasEnded: false } record } found)
        {
            if (record.Run.IsHeld(time.GetUtcNow().UtcDateTime))
            {
                await LookAgainAsync(message, record, cancellationToken);
                return;
            }

            using HeldJob? held = await book.TakeAsync(found.Item, record, options.Lease, cancellationToken);
            if (held is not null)
            {
                await EndAsync(held, JobState.Failed, null, "The job's step could not be run, however often it was tried.", cancellationToken);
                await AbandonAsync(message.JobId, held.Record, cancellationToken);
            }
        }
    }

    /// <summary>Finds the jobs that no worker holds.</summary>
    /// <returns>A message for each, and the delay until it may be taken.</returns>
    public async IAsyncEnumerable<(JobMessage Message, TimeSpan Delay)> FindWaitingAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (SyncStore store in stores.All)
        {
            await foreach ((string jobId, JobRecord record) in new JobBook(store, time).ReadAllAsync(cancellationToken))
            {
                if (!record.HasEnded)
                {
                    DateTime now = time.GetUtcNow().UtcDateTime;
                    yield return (new JobMessage(store.Key, jobId, record.Run.Step), record.Run.IsHeld(now) ? record.Run.Until!.Value - now : TimeSpan.Zero);
                }
            }
        }
    }

    // A worker holds the job, and may have died.
    private Task LookAgainAsync(JobMessage message, JobRecord record, CancellationToken cancellationToken) =>
        queue.EnqueueAsync(message, record.Run.Until!.Value - time.GetUtcNow().UtcDateTime + RetryDelay, cancellationToken);

    private async Task RunAsync(SyncStore store, HeldJob held, CancellationToken cancellationToken)
    {
        RunningStep step = new(store.Key, held.JobId, held.Record.Type, time.GetUtcNow().UtcDateTime);
        running[held.JobId] = step;
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, held.End);
        try
        {
            await RunHeldAsync(store, held, both.Token, cancellationToken);
        }
        catch (JobStoppedException)
        {
            if (await new JobBook(store, time).FindAsync(held.JobId, cancellationToken) is { Record: { HasEnded: true } record })
            {
                await AbandonAsync(held.JobId, record, cancellationToken);
            }
        }
        finally
        {
            running.TryRemove(KeyValuePair.Create(held.JobId, step));
        }
    }

    private async Task RunHeldAsync(SyncStore store, HeldJob held, CancellationToken working, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        JsonText? output = null;
        if (held.Record.Attempts > MaximumAttempts)
        {
            failure = new InvalidOperationException($"A step was begun {MaximumAttempts} times, and none of its workers came to an end.");
        }
        else if (types.TryGetValue(held.Record.Type, out IJobType? type))
        {
            try
            {
                output = await type.RunAsync(new JobStep(store, held, time), working);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // This process is stopping. Another one continues from the last save when the lease is over.
                throw;
            }
            catch (OperationCanceledException) when (working.IsCancellationRequested)
            {
                throw new JobStoppedException();
            }
#pragma warning disable CA1031 // Any exception fails the job, and the worker continues.
            catch (Exception exception) when (exception is not JobStoppedException)
#pragma warning restore CA1031
            {
                failure = exception;
            }
        }
        else
        {
            failure = new ParameterException("type", $"{held.Record.Type} is unknown to this app.");
        }

        if (failure is not null)
        {
            await FailAsync(store, held, failure, cancellationToken);
            return;
        }

        Interlocked.Increment(ref steps);
        if (output is not null)
        {
            await EndAsync(held, JobState.Completed, output, null, cancellationToken);
            return;
        }

        await held.WriteAsync(record => record with { Run = record.Run.Next() }, cancellationToken);
        await queue.EnqueueAsync(new JobMessage(store.Key, held.JobId, held.Record.Run.Step), TimeSpan.Zero, cancellationToken);
    }

    private async Task FailAsync(SyncStore store, HeldJob held, Exception failure, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref failures);
        (string error, bool isFinal) = Explain(failure);
        int attempts = held.Record.Attempts;
        if (isFinal)
        {
            // The caller's mistake, which the job's error reports.
            Log.Failed(logger, held.JobId);
        }
        else
        {
            Log.StepFailed(logger, held.JobId, attempts, failure);
        }

        if (isFinal || attempts >= MaximumAttempts)
        {
            await EndAsync(held, JobState.Failed, null, error, cancellationToken);
            await AbandonAsync(held.JobId, held.Record, cancellationToken);
            return;
        }

        DateTime saved = held.Saved;
        await held.WriteAsync(
            record => record with { Error = error, Run = record.Run with { Lease = null, Until = null, Since = record.Run.Since ?? saved } }, cancellationToken);
        await queue.EnqueueAsync(
            new JobMessage(store.Key, held.JobId, held.Record.Run.Step), RetryDelay * Math.Pow(2, attempts - 1), cancellationToken);
    }

    private Task EndAsync(HeldJob held, JobState state, JsonText? output, string? error, CancellationToken cancellationToken) => held.WriteAsync(
        record => record with
        {
            State = state,
            Output = output,
            Error = error,
            EndedAt = time.GetUtcNow().UtcDateTime,
            Run = record.Run.Next() with { Cursor = null },
        },
        cancellationToken);

    private async Task AbandonAsync(string jobId, JobRecord record, CancellationToken cancellationToken)
    {
        if (record.State is JobState.Canceled or JobState.Failed && types.TryGetValue(record.Type, out IJobType? type))
        {
            await type.AbandonAsync(jobId, record.Input, cancellationToken);
        }
    }

    // A failure that a retry cannot fix ends the job at once.
    private static (string Error, bool IsFinal) Explain(Exception failure) => failure switch
    {
        SnapshotImportException { InnerException: { } cause } => (failure.Message, Explain(cause).IsFinal),
        ParameterException => (failure.Message, true),
        SyncApiException answer => (failure.Message, answer.Status is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError
            and not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)),
        SyncException or StorageUnavailableException => (failure.Message, false),
        InvalidOperationException => (failure.Message, true),
        _ => ("The job failed unexpectedly.", false),
    };

    private static partial class Log
    {
        [LoggerMessage(1501, LogLevel.Warning, "Job {JobId}: attempt {Attempt} at a step failed")]
        public static partial void StepFailed(ILogger logger, string jobId, int attempt, Exception exception);

        [LoggerMessage(1504, LogLevel.Information, "Job {JobId} has failed; its record says why")]
        public static partial void Failed(ILogger logger, string jobId);

        [LoggerMessage(1502, LogLevel.Warning, "Job {JobId} is kept by a Sync service that is not configured here")]
        public static partial void UnknownService(ILogger logger, string jobId);
    }
}
