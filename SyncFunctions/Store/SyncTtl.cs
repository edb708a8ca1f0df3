using System.Globalization;

namespace SyncFunctions.Store;

/// <summary>When something expires: so many seconds from now, never (the default), or as it does already.</summary>
public readonly record struct SyncTtl
{
    /// <summary>The longest time to live: one year.</summary>
    public const int MaximumSeconds = 31_536_000;

    private readonly int seconds;
    private readonly bool keep;

    private SyncTtl(int seconds, bool keep) => (this.seconds, this.keep) = (seconds, keep);

    /// <summary>Never; on an update this takes an expiry away.</summary>
    public static SyncTtl Never => default;

    /// <summary>Leaves the expiry of what exists as it is.</summary>
    public static SyncTtl Keep => new(0, true);

    /// <summary>So many seconds from now; 0 is <see cref="Never"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not from 0 to <see cref="MaximumSeconds"/>.</exception>
    public static SyncTtl FromSeconds(int seconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seconds);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(seconds, MaximumSeconds);
        return new SyncTtl(seconds, false);
    }

    /// <summary>The value of Sync's <c>Ttl</c> parameter in a creation: <see langword="null"/>, which leaves it out, if nothing expires.</summary>
    internal string? OnCreate => seconds == 0 ? null : OnUpdate;

    /// <summary>The value of Sync's <c>Ttl</c> parameter in an update: there 0 takes an expiry away, and leaving it out keeps it.</summary>
    internal string? OnUpdate => keep ? null : seconds.ToString(CultureInfo.InvariantCulture);
}
