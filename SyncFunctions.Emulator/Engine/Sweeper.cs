using Microsoft.Extensions.Logging;

namespace SyncFunctions.Emulator.Engine;

/// <summary>
/// Removes expired objects and items (which are invisible already), the remains of removed objects, and the oldest events of the log, in the background.
/// It works in small batches, so that no caller's write waits long for it.
/// </summary>
internal sealed partial class Sweeper(SyncEngine engine, TimeProvider time, ILogger<Sweeper> logger) : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;

    public void Start() => running = RunAsync(stopping.Token);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(Interval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                while (await engine.SweepAsync(cancellationToken))
                {
                }
            }
            // Only the end of the emulator ends the loop.
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                Log.SweepFailed(logger, exception);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2100, LogLevel.Error, "Sweeping expired data failed; it stays invisible, and there will be a retry")]
        public static partial void SweepFailed(ILogger logger, Exception exception);
    }
}
