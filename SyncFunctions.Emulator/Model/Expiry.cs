namespace SyncFunctions.Emulator.Model;

/// <summary>A change of an expiry. The default value leaves it unchanged.</summary>
internal readonly record struct Expiry
{
    private Expiry(long seconds) => Seconds = seconds;

    private Expiry(DateTimeOffset date) => Date = date;

    /// <summary>Leaves the expiry unchanged.</summary>
    public static Expiry Keep => default;

    /// <summary>Null: unchanged; 0: never; otherwise the number of seconds from the change.</summary>
    public long? Seconds { get; }

    /// <summary>The date of an expiry that does not depend on the time of the change; null for any other.</summary>
    public DateTimeOffset? Date { get; }

    /// <summary>Sets the expiry to a number of seconds from the change; 0 removes it.</summary>
    public static Expiry After(long seconds) => new(seconds);

    /// <summary>Sets the expiry to a date; null removes it.</summary>
    public static Expiry At(DateTimeOffset? date) => date is { } expires ? new Expiry(expires) : After(0);

    public DateTimeOffset? Apply(DateTimeOffset? current, DateTimeOffset now) => Date ?? Seconds switch
    {
        null => current,
        0 => null,
        long seconds => now.AddSeconds(seconds),
    };
}
