namespace SyncFunctions.Store.Jobs;

/// <summary>Options for running jobs.</summary>
public sealed record JobOptions
{
    /// <summary>Gets whether jobs can be started and are run.</summary>
    /// <value><see langword="true"/> by default.</value>
    public bool IsEnabled { get; init; } = true;

    /// <summary>Gets the time after which another worker takes over a job that its worker has not saved.</summary>
    /// <value>30 seconds by default.</value>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);
}
