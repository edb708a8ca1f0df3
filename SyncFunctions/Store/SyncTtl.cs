using System.Globalization;

namespace SyncFunctions.Store;

/// <summary>When something expires: in a number of seconds, never (the default), or unchanged.</summary>
public readonly record struct SyncTtl
{
    /// <summary>The longest time to live: one year.</summary>
    public const int MaximumSeconds = 31_536_000;

    private readonly int seconds;
    private readonly bool keep;

    private SyncTtl(int seconds, bool keep) => (this.seconds, this.keep) = (seconds, keep);

    /// <summary>Never. In an update this removes the expiry.</summary>
    public static SyncTtl Never => default;

    /// <summary>Keeps the current expiry.</summary>
    public static SyncTtl Keep => new(0, true);

    /// <summary>A number of seconds from now; 0 is <see cref="Never"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not from 0 to <see cref="MaximumSeconds"/>.</exception>
    public static SyncTtl FromSeconds(int seconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seconds);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(seconds, MaximumSeconds);
        return new SyncTtl(seconds, false);
    }

    /// <summary>The value of Sync's <c>Ttl</c> parameter in a creation, or <see langword="null"/>, which leaves it out, if it never expires.</summary>
    internal string? OnCreate => seconds == 0 ? null : OnUpdate;

    /// <summary>The value of Sync's <c>Ttl</c> parameter in an update: there 0 removes the expiry, and leaving it out keeps it.</summary>
    internal string? OnUpdate => keep ? null : seconds.ToString(CultureInfo.InvariantCulture);
}
