namespace SyncFunctions.Emulator.Model;

/// <summary>A change of an expiry. The default value leaves it unchanged.</summary>
internal readonly record struct Expiry
{
    private Expiry(long seconds) => Seconds = seconds;

    /// <summary>Leaves the expiry unchanged.</summary>
    public static Expiry Keep => default;

    /// <summary>Null: unchanged; 0: never; otherwise the number of seconds from the change.</summary>
    public long? Seconds { get; }

    /// <summary>Sets the expiry to a number of seconds from the change; 0 removes it.</summary>
    public static Expiry After(long seconds) => new(seconds);

    public DateTimeOffset? Apply(DateTimeOffset? current, DateTimeOffset now) => Seconds switch
    {
        null => current,
        0 => null,
        long seconds => now.AddSeconds(seconds),
    };
}
