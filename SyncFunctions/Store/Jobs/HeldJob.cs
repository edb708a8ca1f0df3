using System.Net;

using SyncFunctions.Client;

namespace SyncFunctions.Store.Jobs;

/// <summary>A job that this worker holds. Each write to it requires the revision that was read.</summary>
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

    /// <summary>Gets the job as it was last written.</summary>
    public JobRecord Record { get; private set; }

    /// <summary>Gets when it was last written, by Sync's clock.</summary>
    public DateTime Saved => item.DateUpdated;

    /// <summary>Gets a token that is cancelled when the lease ends without being renewed: another worker may then take the job.</summary>
    public CancellationToken End => end.Token;

    /// <summary>Saves the job's position, and renews the lease.</summary>
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
    /// <exception cref="JobStoppedException">It was canceled or removed, or another worker has it.</exception>
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
                // Somebody else wrote it: a caller that canceled it, or the worker that took it over.
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
