using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Storage;

/// <summary>
/// The single writer. Changes run one after the other on its thread. Changes that wait at the same time share one transaction, and so
/// one flush to the disk (group commit). No change is acknowledged before the flush.
/// </summary>
/// <remarks>No exception may leave the thread: that would end the process.</remarks>
internal sealed partial class CommitQueue : IDisposable
{
    // Limits how long the first change of a batch waits for the last. A batch of this size takes a few milliseconds.
    private const int MaximumBatchSize = 256;

    // SQLITE_CONSTRAINT, https://www.sqlite.org/rescode.html#constraint
    private const int ConstraintViolation = 19;

    private static readonly TimeSpan FailureMemory = TimeSpan.FromMinutes(1);

    private readonly BlockingCollection<Change> queue = [];
    private readonly SqliteSession session;
    private readonly string path;
    private readonly TimeProvider time;
    private readonly ILogger<CommitQueue> logger;
    private readonly Thread thread;
    private volatile FailedWrite? lastFailure;

    /// <param name="path">The data file that <paramref name="session"/> writes.</param>
    public CommitQueue(SqliteSession session, string path, TimeProvider time, ILogger<CommitQueue> logger)
    {
        this.session = session;
        this.path = path;
        this.time = time;
        this.logger = logger;
        thread = new Thread(Run) { IsBackground = true, Name = "Sync emulator writer" };
        thread.Start();
    }

    /// <summary>Gets what tells whether something that was read is outdated.</summary>
    public CommitMarks Marks { get; } = new();

    /// <summary>Called on the writer's thread with the events of each committed batch, in order, before their changes are acknowledged.</summary>
    public event Action<IReadOnlyList<SyncEvent>>? Committed;

    /// <summary>
    /// Runs <paramref name="change"/> and completes once it is durable. If a change throws, only that change is rolled back, and the task fails with its exception.
    /// </summary>
    /// <remarks><paramref name="cancellationToken"/> cancels a change that has not begun. A change that has begun is completed.</remarks>
    public Task<T> WriteAsync<T>(Func<SyncWriter, T> change, CancellationToken cancellationToken)
    {
        Change<T> queued = new(change, cancellationToken);
        EmulatorTelemetry.Wait(1);
        try
        {
            queue.Add(queued, cancellationToken);
        }
        catch (Exception exception)
        {
            EmulatorTelemetry.Wait(-1);
            ObjectDisposedException.ThrowIf(exception is InvalidOperationException, this);
            throw;
        }

        return queued.Task;
    }

    /// <summary>
    /// Finds why a recent write to the file failed, if none has succeeded since. On a disk that is nearly full the smallest writes still succeed.
    /// </summary>
    public DataFileException? FindRecentFailure() =>
        lastFailure is { } failed && time.GetUtcNow() - failed.Date < FailureMemory ? failed.Reason : null;

    /// <summary>Commits the queued changes, then stops.</summary>
    public void Dispose()
    {
        queue.CompleteAdding();
        thread.Join();
        session.Dispose();
        queue.Dispose();
    }

    private void Run()
    {
        List<Change> batch = new(MaximumBatchSize);
        foreach (Change first in queue.GetConsumingEnumerable())
        {
            batch.Clear();
            batch.Add(first);
            while (batch.Count < MaximumBatchSize && queue.TryTake(out Change? next))
            {
                batch.Add(next);
            }

            EmulatorTelemetry.Wait(-batch.Count);
            long started = time.GetTimestamp();
            Commit(batch);
            EmulatorTelemetry.Committed(batch.Count, time.GetElapsedTime(started));
        }
    }

    private void Commit(List<Change> batch)
    {
        List<SyncEvent> events = [];
        SyncWriter writer = new(session, time.GetUtcNow(), events);
        try
        {
            RequireFile();
            session.Execute("BEGIN IMMEDIATE");
            foreach (Change change in batch)
            {
                RunOne(change, writer, events);
            }

            session.Execute("COMMIT");
        }
        // An error here (a full disk, for example) fails every change of the batch. The writer continues with the next batch.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            TryRollBack();
            Exception failure = exception is SqliteException
                ? new DataFileException($"{path} cannot be written: {exception.Message}", exception)
                : exception;
            lastFailure = failure is DataFileException refusal ? new FailedWrite(refusal, time.GetUtcNow()) : lastFailure;
            batch.ForEach(change => change.Fail(failure));
            return;
        }

        // Before anybody is told of the changes.
        Marks.Count(writer.Touched);
        if (events.Count > 0)
        {
            lastFailure = null;
            Announce(events);
        }

        batch.ForEach(change => change.Acknowledge());
    }

    private void RunOne(Change change, SyncWriter writer, List<SyncEvent> events)
    {
        int eventsBefore = events.Count;
        session.Execute("SAVEPOINT change");
        if (!change.TryRun(writer))
        {
            if (change.Failure is SqliteException { SqliteErrorCode: not ConstraintViolation } failure)
            {
                // The problem is the file, not the change: SQLite may already have rolled back the whole transaction.
                ExceptionDispatchInfo.Throw(failure);
            }

            session.Execute("ROLLBACK TO change");
            events.RemoveRange(eventsBefore, events.Count - eventsBefore);
        }

        session.Execute("RELEASE change");
    }

    // SQLite continues to write to a deleted file, and all of that is lost when the process ends.
    private void RequireFile()
    {
        if (!File.Exists(path) || !File.Exists(path + "-wal"))
        {
            throw new DataFileException($"{path} was removed while the emulator used it. Restart the emulator.");
        }
    }

    private void Announce(List<SyncEvent> events)
    {
        foreach (Action<IReadOnlyList<SyncEvent>> subscriber in Delegate.EnumerateInvocationList(Committed))
        {
            try
            {
                subscriber(events);
            }
            // The changes are durable even if a handler fails, and the other handlers must still be called.
#pragma warning disable CA1031
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Log.SubscriberFailed(logger, exception);
            }
        }
    }

    private void TryRollBack()
    {
        try
        {
            session.Execute("ROLLBACK");
        }
        // Usually SQLite has already ended the transaction. If not, the next batch fails at its start, and tries this again.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.NotRolledBack(logger, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2000, LogLevel.Error, "A subscriber to committed changes failed")]
        public static partial void SubscriberFailed(ILogger logger, Exception exception);

        [LoggerMessage(2001, LogLevel.Debug, "Nothing was rolled back")]
        public static partial void NotRolledBack(ILogger logger, Exception exception);
    }

    private sealed record FailedWrite(DataFileException Reason, DateTimeOffset Date);

    private abstract class Change
    {
        /// <summary>Gets why it failed, or <see langword="null"/> if it did not.</summary>
        public Exception? Failure { get; protected set; }

        /// <summary>Runs the change. Returns false if it threw, or was cancelled before it began.</summary>
        public abstract bool TryRun(SyncWriter writer);

        public abstract void Acknowledge();

        public abstract void Fail(Exception exception);
    }

    private sealed class Change<T>(Func<SyncWriter, T> run, CancellationToken cancellationToken) : Change
    {
        private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T result = default!;

        public Task<T> Task => completion.Task;

        public override bool TryRun(SyncWriter writer)
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                result = run(writer);
                return true;
            }
            // Any exception goes to the caller.
#pragma warning disable CA1031
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Failure = exception;
                return false;
            }
        }

        public override void Acknowledge()
        {
            if (Failure is null)
            {
                completion.SetResult(result);
            }
            else
            {
                Fail(Failure);
            }
        }

        public override void Fail(Exception exception)
        {
            if (exception is OperationCanceledException)
            {
                completion.SetCanceled(cancellationToken);
            }
            else
            {
                completion.SetException(exception);
            }
        }
    }
}
