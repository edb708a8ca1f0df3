using System.Diagnostics.Metrics;

namespace SyncFunctions.Benchmarks.Servers;

/// <summary>Counts the commits of the emulator in this process, and the changes that they hold, by its own metric.</summary>
internal sealed class CommitCounter : IDisposable
{
    private readonly MeterListener listener = new();
    private long commits;
    private long changes;

    public CommitCounter()
    {
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument is { Meter.Name: "SyncFunctions.Emulator", Name: "sync.emulator.commit.size" })
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((_, size, _, _) =>
        {
            Interlocked.Increment(ref commits);
            Interlocked.Add(ref changes, size);
        });
        listener.Start();
    }

    public long Commits => Interlocked.Read(ref commits);

    public long Changes => Interlocked.Read(ref changes);

    public void Dispose() => listener.Dispose();
}
