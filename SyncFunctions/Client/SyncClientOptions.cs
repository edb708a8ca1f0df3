namespace SyncFunctions.Client;

/// <summary>Timeouts and retry limits of a <see cref="SyncClient"/>.</summary>
public sealed record SyncClientOptions
{
    /// <summary>Gets how long one attempt may take.</summary>
    /// <value>10 seconds by default.</value>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets how long a request may take, with all its attempts and the delays between them.</summary>
    /// <value>30 seconds by default.</value>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how many times a request is retried at most.</summary>
    /// <value>5 times by default.</value>
    public int MaximumRetries { get; init; } = 5;

    /// <summary>
    /// Gets the upper bound of the delay before the first retry. The delay is random and below the bound; the bound doubles with each retry.
    /// </summary>
    /// <value>200 milliseconds by default.</value>
    public TimeSpan BaseDelay { get; init; } = TimeSpan.FromMilliseconds(200);
}
