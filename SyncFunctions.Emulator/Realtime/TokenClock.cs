using Microsoft.Extensions.Logging;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>
/// Keeps the client's token and its time: first a notice, then the end of the connection, after which the client comes back for a new one.
/// </summary>
internal sealed class TokenClock(TimeProvider time, Outbox outbox, ConnectionLifetime lifetime, ILogger logger) : IDisposable
{
    private static readonly TimeSpan ExpiryNotice = TimeSpan.FromMinutes(3);

    private ITimer? timer;

    /// <summary>The token that was accepted last; null before the first.</summary>
    public AccessToken? Token { get; private set; }

    /// <summary>Takes a token in the place of the last one.</summary>
    public void Accept(AccessToken accepted)
    {
        Token = accepted;
        TimeSpan life = accepted.Expires - time.GetUtcNow();
        // A token of a short life gets a short notice: a notice at once would make its client ask for tokens without end.
        TimeSpan notice = life / 2 < ExpiryNotice ? life / 2 : ExpiryNotice;
        timer?.Dispose();
        // A token may expire between its check and this.
        TimeSpan due = life > notice ? life - notice : TimeSpan.Zero;
        timer = GuardedTimer.Start(time, logger, due, Timeout.InfiniteTimeSpan, () => OnTimer(accepted));
    }

    /// <inheritdoc/>
    public void Dispose() => timer?.Dispose();

    private void OnTimer(AccessToken accepted)
    {
        TimeSpan left = accepted.Expires - time.GetUtcNow();
        if (left <= TimeSpan.Zero)
        {
            if (ReferenceEquals(Token, accepted))
            {
                lifetime.End();
            }

            return;
        }

        outbox.Send(RealtimePackets.ExpiryNotice(left));
        try
        {
            timer?.Change(left + TimeSpan.FromMilliseconds(50), Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The connection, or the token's time, has ended meanwhile.
        }
    }
}
