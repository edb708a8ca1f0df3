using Microsoft.Extensions.Logging;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>
/// Holds the client's token, and acts on its expiry: first a warning, then the end of the connection, after which the client reconnects with a new token.
/// </summary>
internal sealed class TokenClock(TimeProvider time, Outbox outbox, ConnectionLifetime lifetime, ILogger logger) : IDisposable
{
    private static readonly TimeSpan ExpiryNotice = TimeSpan.FromMinutes(3);

    private ITimer? timer;

    /// <summary>The token that was accepted last, or null before the first.</summary>
    public AccessToken? Token { get; private set; }

    /// <summary>Replaces the token.</summary>
    public void Accept(AccessToken accepted)
    {
        Token = accepted;
        TimeSpan life = accepted.Expires - time.GetUtcNow();
        // A token with a short life gets a short warning period: an immediate warning would make its client request tokens without end.
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
            // The connection has ended in the meantime, or the token has expired.
        }
    }
}
