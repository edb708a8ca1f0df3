using System.Net;

using SyncFunctions.Client;

namespace SyncFunctions.Store.Jobs;

/// <summary>The jobs of a Sync service: the items of its map <c>jobs</c>.</summary>
internal sealed class JobBook(SyncStore store, TimeProvider time)
{
    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>Writes a new job.</summary>
    /// <returns>Its ID.</returns>
    public async Task<string> AddAsync(string type, JsonText input, CancellationToken cancellationToken)
    {
        // IDs sort by creation time, so the map does too.
        string jobId = Guid.CreateVersion7(time.GetUtcNow()).ToString();
        JsonText data = new JobRecord { Type = type, State = JobState.Queued, Input = input, CreatedAt = Now, Run = JobRun.New }.Write();
        try
        {
            await store.SetMapItemAsync(SyncStore.JobsMap, jobId, data, cancellationToken: cancellationToken);
        }
        catch (SyncApiException exception) when (exception.Status == HttpStatusCode.NotFound)
        {
            await store.OpenMapAsync(SyncStore.JobsMap, cancellationToken: cancellationToken);
            await store.SetMapItemAsync(SyncStore.JobsMap, jobId, data, cancellationToken: cancellationToken);
        }

        return jobId;
    }

    /// <summary>Gets a job.</summary>
    /// <exception cref="SyncApiException">404 if there is none.</exception>
    public async Task<Job> GetAsync(string jobId, CancellationToken cancellationToken) =>
        (await FindAsync(jobId, cancellationToken) ?? throw NotThere(jobId)).Record.ToJob(jobId);

    /// <summary>Gets a page of the jobs, oldest first.</summary>
    /// <param name="state">Only those in this state, or <see langword="null"/> for all.</param>
    /// <param name="type">Only those of this type, or <see langword="null"/> for all.</param>
    public async Task<SyncPage<Job>> ListAsync(JobState? state, string? type, PageRequest page, CancellationToken cancellationToken)
    {
        SyncPage<SyncMapItem> read;
        try
        {
            read = await store.QueryMapItemsAsync(SyncStore.JobsMap, default, page, cancellationToken);
        }
        catch (SyncApiException exception) when (exception.Status == HttpStatusCode.NotFound)
        {
            // No job has been started yet.
            return new SyncPage<Job>([], null);
        }

        return new SyncPage<Job>(
            [
                .. from item in read.Items
                   let record = JobRecord.Read(item.Data)
                   where record is not null && IsId(item.Key) && (state is null || record.State == state) && (type is null || record.Type == type)
                   select record.ToJob(item.Key),
            ],
            read.NextPageToken);
    }

    /// <summary>Cancels a job. Its worker stops at its next save.</summary>
    /// <exception cref="ParameterException">409 if it has ended.</exception>
    /// <exception cref="SyncApiException">404 if there is none.</exception>
    public async Task<Job> CancelAsync(string jobId, CancellationToken cancellationToken)
    {
        JobRecord? canceled = null;
        try
        {
            await store.ChangeMapItemAsync(
                SyncStore.JobsMap,
                jobId,
                "jobId",
                data =>
                {
                    JobRecord record = JobRecord.Read(data) ?? throw NotThere(jobId);
                    canceled = record.HasEnded
                        ? throw new ParameterException("jobId", $"is that of a job that has ended: it is {Text(record.State)}.", 409)
                        : record with { State = JobState.Canceled, EndedAt = Now };
                    return canceled.Write().GetRawText();
                },
                cancellationToken);
        }
        catch (SyncApiException exception) when (exception.Status == HttpStatusCode.NotFound)
        {
            throw NotThere(jobId);
        }

        return canceled!.ToJob(jobId);
    }

    /// <summary>Removes jobs that have ended.</summary>
    /// <param name="state">The state in which they ended.</param>
    /// <param name="jobIds">The jobs to remove, if they are in that state, or <see langword="null"/> for all.</param>
    public async Task<CleanedJobs> CleanAsync(JobState state, IReadOnlyList<string>? jobIds, CancellationToken cancellationToken)
    {
        long removed = 0;
        if (jobIds is null)
        {
            await foreach ((string jobId, JobRecord record) in ReadAllAsync(cancellationToken))
            {
                removed += record.State == state && await RemoveAsync(jobId, cancellationToken) ? 1 : 0;
            }
        }
        else
        {
            foreach (string jobId in jobIds.Distinct(StringComparer.Ordinal))
            {
                removed += await FindAsync(jobId, cancellationToken) is { } found && found.Record.State == state && await RemoveAsync(jobId, cancellationToken) ? 1 : 0;
            }
        }

        return new CleanedJobs(removed);
    }

    /// <summary>Removes a job in any state.</summary>
    /// <returns>Whether it existed.</returns>
    public async Task<bool> RemoveAsync(string jobId, CancellationToken cancellationToken)
    {
        try
        {
            await store.RemoveMapItemAsync(SyncStore.JobsMap, jobId, cancellationToken: cancellationToken);
            return true;
        }
        catch (SyncApiException exception) when (exception.Status == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    /// <summary>Finds a job as it is stored in Sync, or <see langword="null"/> if there is none.</summary>
    public async Task<(SyncMapItem Item, JobRecord Record)?> FindAsync(string jobId, CancellationToken cancellationToken)
    {
        try
        {
            return IsId(jobId) && await store.GetMapItemAsync(SyncStore.JobsMap, jobId, cancellationToken) is { } item && JobRecord.Read(item.Data) is { } record
                ? (item, record)
                : null;
        }
        catch (SyncApiException exception) when (exception.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Takes the lease of a job.</summary>
    /// <returns><see langword="null"/> if somebody else was faster.</returns>
    public async Task<HeldJob?> TakeAsync(SyncMapItem item, JobRecord record, TimeSpan lease, CancellationToken cancellationToken)
    {
        JobRecord taken = record with
        {
            State = JobState.Active,
            StartedAt = record.StartedAt ?? Now,
            Attempts = record.Run.IsClean ? 1 : record.Attempts + 1,
            Run = record.Run with
            {
                Lease = Guid.NewGuid().ToString(),
                Until = Now + lease,
                // The previous worker may have done more than it saved.
                Since = record.Run.IsClean ? null : record.Run.Since ?? item.DateUpdated,
                IsClean = false,
            },
        };
        try
        {
            SyncMapItem written = await store.SetMapItemAsync(
                SyncStore.JobsMap, item.Key, taken.Write(), SyncTtl.Keep, item.Revision, cancellationToken);
            return new HeldJob(store, time, lease, written, taken);
        }
        catch (SyncApiException exception) when (exception.Status is HttpStatusCode.PreconditionFailed or HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Reads every job.</summary>
    public async IAsyncEnumerable<(string JobId, JobRecord Record)> ReadAllAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? token = null;
        do
        {
            SyncPage<SyncMapItem> page;
            try
            {
                page = await store.QueryMapItemsAsync(SyncStore.JobsMap, default, new PageRequest(PageRequest.MaximumSize, token), cancellationToken);
            }
            catch (SyncApiException exception) when (exception.Status == HttpStatusCode.NotFound)
            {
                yield break;
            }

            foreach (SyncMapItem item in page.Items)
            {
                if (IsId(item.Key) && JobRecord.Read(item.Data) is { } record)
                {
                    yield return (item.Key, record);
                }
            }

            token = page.NextPageToken;
        }
        while (token is not null);
    }

    /// <summary>Checks whether a text has the form of a job's ID. Other keys in the map are not the app's own.</summary>
    public static bool IsId(string text) => Guid.TryParseExact(text, "D", out _);

    /// <summary>Converts a state to the form that callers use.</summary>
    public static string Text(JobState state) => state switch
    {
        JobState.Queued => "queued",
        JobState.Active => "active",
        JobState.Completed => "completed",
        JobState.Failed => "failed",
        _ => "canceled",
    };

    private static SyncApiException NotThere(string jobId) => new(HttpStatusCode.NotFound, null, $"There is no job {jobId}.", null, null);
}
