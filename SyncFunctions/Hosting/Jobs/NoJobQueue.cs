using SyncFunctions.Store;
using SyncFunctions.Store.Jobs;

namespace SyncFunctions.Hosting.Jobs;

/// <summary>The queue of an app that runs no jobs.</summary>
internal sealed class NoJobQueue(string fault) : IJobQueue
{
    /// <inheritdoc/>
    public string Engine => "off";

    /// <inheritdoc/>
    public string Fault => fault;

    /// <inheritdoc/>
    public Task EnqueueAsync(JobMessage message, TimeSpan delay, CancellationToken cancellationToken) => throw new NotConfiguredException(fault);
}
