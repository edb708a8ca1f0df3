using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using SyncFunctions.Client;
using SyncFunctions.Store.Jobs;

namespace SyncFunctions.Hosting.Jobs;

/// <summary>Runs the steps in the queue in this process's memory, one after the other, and searches for abandoned jobs.</summary>
internal sealed partial class LocalJobWorker(JobRunner runner, LocalJobQueue queue, TimeProvider time, ILogger<LocalJobWorker> logger) : BackgroundService
{
    private static readonly TimeSpan SearchPeriod = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(SearchAsync(stoppingToken), WorkAsync(stoppingToken));

    // At start it finds the jobs of the previous process, and later those of processes that died.
    private async Task SearchAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(SearchPeriod, time);
        do
        {
            try
            {
                await foreach ((JobMessage message, TimeSpan delay) in runner.FindWaitingAsync(stoppingToken))
                {
                    if (runner.Running.All(step => step.JobId != message.JobId))
                    {
                        await queue.EnqueueAsync(message, delay, stoppingToken);
                    }
                }
            }
            catch (SyncException exception)
            {
                Log.SearchFailed(logger, exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        await foreach (JobMessage message in queue.ReadAllAsync(stoppingToken))
        {
            try
            {
                await runner.RunStepAsync(message, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // No exception of a job may end the worker, which runs all jobs.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Log.StepLost(logger, message.JobId, exception);
                await queue.EnqueueAsync(message, RetryDelay, stoppingToken);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1511, LogLevel.Warning, "The search for abandoned jobs failed; the next search is in a minute")]
        public static partial void SearchFailed(ILogger logger, Exception exception);

        [LoggerMessage(1512, LogLevel.Warning, "Job {JobId}: the result of a step cannot be saved; it will be retried")]
        public static partial void StepLost(ILogger logger, string jobId, Exception exception);
    }
}
