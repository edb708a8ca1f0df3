namespace SyncFunctions.Emulator.Realtime;

/// <summary>Ends a connection once, even if several callers end it.</summary>
internal sealed class ConnectionLifetime : IDisposable
{
    private readonly CancellationTokenSource ended = new();

    public ConnectionLifetime() => Ended = ended.Token;

    /// <summary>Cancelled when the connection ends.</summary>
    public CancellationToken Ended { get; }

    public bool IsEnded => Ended.IsCancellationRequested;

    public void End()
    {
        try
        {
            if (!IsEnded)
            {
                ended.Cancel();
            }
        }
        catch (ObjectDisposedException)
        {
            // A timer's last callback may run at the same time as the end.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => ended.Dispose();
}
