namespace SyncFunctions.Emulator.Model;

/// <summary>A change of an expiry. The default value leaves it as it is.</summary>
internal readonly record struct Expiry
{
    private Expiry(long seconds) => Seconds = seconds;

    private Expiry(DateTimeOffset date) => Date = date;

    /// <summary>Leaves the expiry as it is.</summary>
    public static Expiry Keep => default;

    /// <summary>Null: as it is; 0: never; otherwise so many seconds from the change.</summary>
    public long? Seconds { get; }

    /// <summary>The date of an expiry that does not depend on the time of the change; null for any other.</summary>
    public DateTimeOffset? Date { get; }

    /// <summary>Sets it to so many seconds from the change; 0 takes it away.</summary>
    public static Expiry After(long seconds) => new(seconds);

    /// <summary>Sets it to a date; null takes it away.</summary>
    public static Expiry At(DateTimeOffset? date) => date is { } expires ? new Expiry(expires) : After(0);

    public DateTimeOffset? Apply(DateTimeOffset? current, DateTimeOffset now) => Date ?? Seconds switch
    {
        null => current,
        0 => null,
        long seconds => now.AddSeconds(seconds),
    };
}
