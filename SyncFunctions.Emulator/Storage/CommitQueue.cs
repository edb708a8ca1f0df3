using System.Collections.Concurrent;

using SyncFunctions.Emulator.Engine;

namespace SyncFunctions.Emulator.Storage;

/// <summary>
/// The single writer. Changes run one after the other on its thread; those that wait together share one transaction and so one
/// flush to the disk, and none is acknowledged before that.
/// </summary>
internal sealed class CommitQueue : IDisposable
{
    // Bounds how long the first of a group waits for the last; a group of this size costs a few milliseconds.
    private const int MaximumGroup = 256;

    private readonly BlockingCollection<Change> queue = [];
    private readonly SqliteSession session;
    private readonly TimeProvider time;
    private readonly Thread thread;

    public CommitQueue(SqliteSession session, TimeProvider time)
    {
        this.session = session;
        this.time = time;
        thread = new Thread(Run) { IsBackground = true, Name = "Sync emulator writer" };
        thread.Start();
    }

    /// <summary>Called on the writer's thread with the events of each committed group, in order, before their changes are acknowledged.</summary>
    public event Action<IReadOnlyList<SyncEvent>>? Committed;

    /// <summary>
    /// Runs <paramref name="change"/> and completes once it is durable. A change that throws is rolled back alone; its exception is the task's.
    /// </summary>
    /// <remarks><paramref name="cancellationToken"/> takes back a change that has not begun; one that has is carried through.</remarks>
    public Task<T> WriteAsync<T>(Func<WriteContext, T> change, CancellationToken cancellationToken)
    {
        Change<T> queued = new(change, cancellationToken);
        try
        {
            queue.Add(queued, cancellationToken);
        }
        catch (InvalidOperationException)
        {
            throw new ObjectDisposedException(nameof(CommitQueue));
        }

        return queued.Task;
    }

    /// <summary>Commits what is queued, then stops.</summary>
    public void Dispose()
    {
        queue.CompleteAdding();
        thread.Join();
        session.Dispose();
        queue.Dispose();
    }

    private void Run()
    {
        List<Change> group = new(MaximumGroup);
        foreach (Change first in queue.GetConsumingEnumerable())
        {
            group.Clear();
            group.Add(first);
            while (group.Count < MaximumGroup && queue.TryTake(out Change? next))
            {
                group.Add(next);
            }

            Commit(group);
        }
    }

    private void Commit(List<Change> group)
    {
        WriteContext context = new(session, time.GetUtcNow());
        try
        {
            session.Execute("BEGIN IMMEDIATE");
            foreach (Change change in group)
            {
                RunOne(change, context);
            }

            session.Execute("COMMIT");
        }
        // Whatever went wrong here (a full disk, say) is the answer to every change of the group; the writer goes on with the next.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            TryRollBack();
            group.ForEach(change => change.Fail(exception));
            return;
        }

        if (context.Events.Count > 0)
        {
            Committed?.Invoke(context.Events);
        }

        group.ForEach(change => change.Acknowledge());
    }

    private void RunOne(Change change, WriteContext context)
    {
        int eventsBefore = context.Events.Count;
        session.Execute("SAVEPOINT change");
        if (!change.TryRun(context))
        {
            session.Execute("ROLLBACK TO change");
            context.ForgetEventsFrom(eventsBefore);
        }

        session.Execute("RELEASE change");
    }

    private void TryRollBack()
    {
        try
        {
            session.Execute("ROLLBACK");
        }
        catch (Microsoft.Data.Sqlite.SqliteException)
        {
            // SQLite had ended the transaction by itself.
        }
    }

    private abstract class Change
    {
        /// <summary>False where the change threw, or was cancelled before it began.</summary>
        public abstract bool TryRun(WriteContext context);

        public abstract void Acknowledge();

        public abstract void Fail(Exception exception);
    }

    private sealed class Change<T>(Func<WriteContext, T> run, CancellationToken cancellationToken) : Change
    {
        private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T result = default!;
        private Exception? failure;

        public Task<T> Task => completion.Task;

        public override bool TryRun(WriteContext context)
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                result = run(context);
                return true;
            }
            // The caller gets it, whatever it is.
#pragma warning disable CA1031
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = exception;
                return false;
            }
        }

        public override void Acknowledge()
        {
            if (failure is null)
            {
                completion.SetResult(result);
            }
            else
            {
                Fail(failure);
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
