using System.Net;

using SyncFunctions.Client;

namespace SyncFunctions.Store.Jobs;

/// <summary>A job that this worker holds. Whatever is written of it is written under its revision.</summary>
internal sealed class HeldJob : IDisposable
{
    private readonly SyncStore store;
    private readonly TimeProvider time;
    private readonly TimeSpan lease;
    private readonly CancellationTokenSource end;
    private SyncMapItem item;

    public HeldJob(SyncStore store, TimeProvider time, TimeSpan lease, SyncMapItem item, JobRecord record)
    {
        this.store = store;
        this.time = time;
        this.lease = lease;
        this.item = item;
        Record = record;
        end = new CancellationTokenSource(lease, time);
    }

    /// <summary>Gets the job's ID.</summary>
    public string JobId => item.Key;

    /// <summary>Gets the job as it was written last.</summary>
    public JobRecord Record { get; private set; }

    /// <summary>Gets when it was written last, by Sync's clock.</summary>
    public DateTime Saved => item.DateUpdated;

    /// <summary>Gets what is cancelled when the hold ends before it was renewed: from then on another worker may have the job.</summary>
    public CancellationToken End => end.Token;

    /// <summary>Saves where the job is, and renews the hold.</summary>
    public async Task SaveAsync(JsonText cursor, long progress, CancellationToken cancellationToken)
    {
        DateTime until = time.GetUtcNow().UtcDateTime + lease;
        await WriteAsync(
            record => record with
            {
                Progress = Math.Max(progress, record.Progress),
                Attempts = 1,
                Error = null,
                Run = record.Run with { Until = until, Since = null, Cursor = cursor },
            },
            cancellationToken);
        end.CancelAfter(lease);
    }

    /// <summary>Writes a change of the job.</summary>
    /// <exception cref="JobStoppedException">It was canceled, or removed, or another worker has it.</exception>
    public async Task WriteAsync(Func<JobRecord, JobRecord> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            JobRecord changed = change(Record);
            try
            {
                item = await store.SetMapItemAsync(SyncStore.JobsMap, JobId, changed.Write(), SyncTtl.Keep, item.Revision, cancellationToken);
                Record = changed;
                return;
            }
            catch (SyncApiException exception) when (exception.Status == HttpStatusCode.NotFound)
            {
                throw new JobStoppedException();
            }
            catch (SyncApiException exception) when (exception.Status == HttpStatusCode.PreconditionFailed)
            {
                // Somebody else wrote it: who cancels it, or the worker that took it over.
            }

            SyncMapItem? current = await store.GetMapItemAsync(SyncStore.JobsMap, JobId, cancellationToken);
            if (current is null || JobRecord.Read(current.Data) is not { State: JobState.Active } record || record.Run.Lease != Record.Run.Lease)
            {
                throw new JobStoppedException();
            }

            item = current;
            Record = record;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => end.Dispose();
}
