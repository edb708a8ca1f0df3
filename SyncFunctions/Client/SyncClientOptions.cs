namespace SyncFunctions.Client;

/// <summary>How patient a <see cref="SyncClient"/> is.</summary>
public sealed record SyncClientOptions
{
    /// <summary>How long one attempt may take; 10 seconds.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a request may take with all its attempts and the waiting between them; 30 seconds.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a request is repeated at the most; 5 times.</summary>
    public int MaximumRetries { get; init; } = 5;

    /// <summary>
    /// The upper bound of the wait before the first repetition, which is drawn at random below it and doubles with each further one;
    /// 200 milliseconds.
    /// </summary>
    public TimeSpan BaseDelay { get; init; } = TimeSpan.FromMilliseconds(200);
}
