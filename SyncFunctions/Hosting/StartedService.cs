using Microsoft.Extensions.Hosting;

namespace SyncFunctions.Hosting;

/// <summary>Does something once the whole host has started: the one moment of six that a hosted service of ours waits for.</summary>
internal abstract class StartedService : IHostedLifecycleService
{
    /// <inheritdoc/>
    public abstract Task StartedAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
