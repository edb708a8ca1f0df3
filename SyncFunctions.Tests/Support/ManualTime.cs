namespace SyncFunctions.Tests.Support;

/// <summary>
/// A clock that a test sets forward, which begins at the real time. Its timers run on the real clock: an app goes on to wait for its retries
/// and timeouts by itself, as nobody but <c>FakeTimeProvider</c>'s owner could wake it there.
/// </summary>
/// <param name="standsStill">Whether it moves only when the test says so.</param>
public sealed class ManualTime(bool standsStill = false) : TimeProvider
{
    private readonly DateTimeOffset start = DateTimeOffset.UtcNow;
    private long offset;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => (standsStill ? start : base.GetUtcNow()) + TimeSpan.FromTicks(Interlocked.Read(ref offset));

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public void Advance(TimeSpan time) => Interlocked.Add(ref offset, time.Ticks);
}
