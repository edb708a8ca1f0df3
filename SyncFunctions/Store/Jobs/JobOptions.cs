namespace SyncFunctions.Store.Jobs;

/// <summary>How jobs are run.</summary>
public sealed record JobOptions
{
    /// <summary>Gets whether jobs can be started and are run.</summary>
    /// <value><see langword="true"/> by default.</value>
    public bool IsEnabled { get; init; } = true;

    /// <summary>Gets how long a worker keeps a job that it does not come back to: after that another goes on with it.</summary>
    /// <value>30 seconds by default.</value>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);
}
