namespace SyncFunctions.Tests.Support;

/// <summary>A clock that stands still, its timestamps included, until a test sets it forward. Timers run on the real clock.</summary>
public sealed class StoppedTime : TimeProvider
{
    private readonly DateTimeOffset start = DateTimeOffset.UtcNow;
    private long passed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => start + TimeSpan.FromTicks(GetTimestamp());

    public override long GetTimestamp() => Interlocked.Read(ref passed);

    public void Advance(TimeSpan time) => Interlocked.Add(ref passed, time.Ticks);
}
