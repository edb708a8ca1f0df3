using System.Threading.Channels;

using SyncFunctions.Store.Jobs;

namespace SyncFunctions.Hosting.Jobs;

/// <summary>A queue in this process's memory. If the process ends, the next one finds the jobs in Sync.</summary>
internal sealed class LocalJobQueue(TimeProvider time) : IJobQueue
{
    private readonly Channel<JobMessage> messages = Channel.CreateUnbounded<JobMessage>();

    /// <inheritdoc/>
    public string Engine => "in-process";

    /// <inheritdoc/>
    public string? Fault => null;

    /// <summary>Takes messages from the queue as they arrive.</summary>
    public IAsyncEnumerable<JobMessage> ReadAllAsync(CancellationToken cancellationToken) => messages.Reader.ReadAllAsync(cancellationToken);

    /// <inheritdoc/>
    public Task EnqueueAsync(JobMessage message, TimeSpan delay, CancellationToken cancellationToken)
    {
        if (delay <= TimeSpan.Zero)
        {
            messages.Writer.TryWrite(message);
        }
        else
        {
            _ = Task.Delay(delay, time, CancellationToken.None).ContinueWith(
                _ => messages.Writer.TryWrite(message), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        return Task.CompletedTask;
    }
}
