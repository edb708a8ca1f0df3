using System.Collections.Concurrent;

namespace SyncFunctions.Tests.Support;

/// <summary>A clock that stands still between a test's calls, with timers that go off when the test says so.</summary>
public sealed class StillTime : TimeProvider
{
    private readonly ConcurrentBag<Timer> timers = [];
    private long now = new DateTimeOffset(2026, 1, 31, 23, 59, 58, 250, TimeSpan.Zero).UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref now), TimeSpan.Zero);

    public void Advance(TimeSpan time) => Interlocked.Add(ref now, time.Ticks);

    /// <summary>Lets every timer go off once.</summary>
    public void Tick()
    {
        foreach (Timer timer in timers)
        {
            timer.Tick();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Timer timer = new(callback, state);
        timers.Add(timer);
        return timer;
    }

    private sealed class Timer(TimerCallback callback, object? state) : ITimer
    {
        private volatile bool disposed;

        public void Tick()
        {
            if (!disposed)
            {
                callback(state);
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => !disposed;

        public void Dispose() => disposed = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
