namespace SyncFunctions.Tests.Support;

/// <summary>A clock that a test sets forward. It begins at the real time; timers run on the real clock.</summary>
public sealed class ManualTime : TimeProvider
{
    private long offset;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref offset));

    public void Advance(TimeSpan time) => Interlocked.Add(ref offset, time.Ticks);
}
