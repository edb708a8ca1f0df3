using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

using SyncFunctions.Client;
using SyncFunctions.Store;
using SyncFunctions.Store.Jobs;
using SyncFunctions.Store.Snapshots;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Store.Jobs;

/// <summary>Workers of one app's jobs that a test runs by hand, and that can die at any request to Sync.</summary>
internal sealed class JobWorkers(TestApp app, ManualTime time, ISnapshotStorage? snapshots = null)
{
    private static readonly JobOptions Options = new() { Lease = TimeSpan.FromSeconds(30) };

    /// <summary>Gets the messages that wait.</summary>
    public Queue<JobMessage> Messages { get; } = new();

    /// <summary>Makes a worker.</summary>
    /// <param name="life">The number of requests to Sync after which it dies; 0 for never.</param>
    /// <param name="isLastSent">Whether the request that it dies at arrives at Sync.</param>
    public (JobRunner Runner, SyncStore Store) NewWorker(int life = 0, bool isLastSent = false)
    {
        SyncStores own = app.Services.GetRequiredService<SyncStores>();
        ISyncTransport transport = app.Services.GetRequiredService<ISyncTransport>();
        SyncClient client = new(
            life == 0 ? transport : new MortalTransport(transport, life, isLastSent), new SyncClientOptions { MaximumRetries = 1 }, time, NullLogger<SyncClient>.Instance);
        SyncStores stores = new(client, own.All.ToDictionary(store => store.Key, store => store.ServiceSid), time);
        JobRunner runner = new(
            stores, new ListedQueue(Messages), snapshots ?? app.Services.GetRequiredService<ISnapshotStorage>(), Options, time, NullLogger<JobRunner>.Instance);
        return (runner, stores.All[0]);
    }

    /// <summary>Runs the steps of all messages, with a worker that lives.</summary>
    public async Task RunAsync()
    {
        (JobRunner runner, _) = NewWorker();
        while (Messages.TryDequeue(out JobMessage? message))
        {
            await runner.RunStepAsync(message, CancellationToken.None);
        }
    }

    /// <summary>
    /// Runs the steps of all messages with one worker after the other, each of which dies after a number of requests, until one completes them.
    /// </summary>
    /// <returns>How many died.</returns>
    public async Task<int> RunMortalsAsync(Func<int, int> life, bool isLastSent)
    {
        for (int died = 0; ; died++)
        {
            (JobRunner runner, _) = NewWorker(life(died), isLastSent);
            JobMessage? message = null;
            try
            {
                while (Messages.TryDequeue(out message))
                {
                    await runner.RunStepAsync(message, CancellationToken.None);
                }

                return died;
            }
            catch (WorkerDiedException)
            {
                // Its message is delivered again, and once its lease has expired another worker takes the job.
                Messages.Enqueue(message!);
                time.Advance(Options.Lease + TimeSpan.FromSeconds(1));
            }
        }
    }

    private sealed class ListedQueue(Queue<JobMessage> messages) : IJobQueue
    {
        public string Engine => "test";

        public string? Fault => null;

        public Task EnqueueAsync(JobMessage message, TimeSpan delay, CancellationToken cancellationToken)
        {
            messages.Enqueue(message);
            return Task.CompletedTask;
        }
    }

    private sealed class WorkerDiedException : Exception;

    /// <summary>A transport whose worker dies: after a number of requests it fails all others.</summary>
    private sealed class MortalTransport(ISyncTransport inner, int life, bool isLastSent) : ISyncTransport
    {
        private int count;

        public async Task<SyncResponse> SendAsync(SyncRequest request, CancellationToken cancellationToken)
        {
            if (++count < life)
            {
                return await inner.SendAsync(request, cancellationToken);
            }

            if (count == life && isLastSent)
            {
                await inner.SendAsync(request, cancellationToken);
            }

            throw new WorkerDiedException();
        }
    }
}
