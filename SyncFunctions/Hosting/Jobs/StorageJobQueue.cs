using Azure.Storage.Queues;

using SyncFunctions.Functions;
using SyncFunctions.Store.Jobs;

namespace SyncFunctions.Hosting.Jobs;

/// <summary>A queue of Azure Storage. The Functions host passes its messages to the workers.</summary>
internal sealed class StorageJobQueue(QueueClient queue) : IJobQueue
{
    private volatile bool isThere;

    /// <inheritdoc/>
    public string Engine => "storage queue";

    /// <inheritdoc/>
    public string? Fault => null;

    /// <inheritdoc/>
    public async Task EnqueueAsync(JobMessage message, TimeSpan delay, CancellationToken cancellationToken)
    {
        try
        {
            if (!isThere)
            {
                await queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
                isThere = true;
            }

            await queue.SendMessageAsync(
                JobTriggers.Write(message), delay > TimeSpan.Zero ? delay : null, timeToLive: TimeSpan.FromSeconds(-1), cancellationToken);
        }
        catch (Exception exception) when (Storage.IsUnavailable(exception, cancellationToken))
        {
            isThere = false;
            throw Storage.Unavailable($"The queue {queue.Name} of AzureWebJobsStorage", exception);
        }
    }
}
