namespace SyncFunctions.Tests.Support;

/// <summary>
/// A clock that a test sets forward, which begins at the real time. Its timers run on the real clock, so that an app's retries and timeouts still work.
/// With <c>FakeTimeProvider</c>, only the test could wake them.
/// </summary>
/// <param name="standsStill">Whether only the test can move it.</param>
public sealed class ManualTime(bool standsStill = false) : TimeProvider
{
    private readonly DateTimeOffset start = DateTimeOffset.UtcNow;
    private long offset;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => (standsStill ? start : base.GetUtcNow()) + TimeSpan.FromTicks(Interlocked.Read(ref offset));

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public void Advance(TimeSpan time) => Interlocked.Add(ref offset, time.Ticks);
}
