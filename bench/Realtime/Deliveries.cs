using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;

namespace SyncFunctions.Benchmarks.Realtime;

/// <summary>How long deliveries take. Each change carries the time from which it counts, so no subscriber has to know which change it receives.</summary>
internal sealed class Deliveries
{
    private const int StampLength = 16;

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private volatile Batch batch = new(0);

    private static ReadOnlySpan<byte> Mark => "\"sent\":\""u8;

    /// <summary>Writes the data of a change that counts from a moment.</summary>
    public static string DataOf(long stamp) => $$"""{"status":"available","sent":"{{stamp:x16}}"}""";

    /// <summary>Replaces the moment in a message; returns <see langword="false"/> if it has none.</summary>
    public static bool TrySetStamp(Span<byte> message, long stamp)
    {
        int start = message.IndexOf(Mark);
        return start >= 0 && Utf8Formatter.TryFormat(stamp, message[(start + Mark.Length)..], out _, new StandardFormat('x', StampLength));
    }

    /// <summary>Begins to collect; returns a task that completes with the latencies, in milliseconds, after so many deliveries.</summary>
    public Task<double[]> CollectAsync(int count)
    {
        batch = new Batch(count);
        return batch.Completion.WaitAsync(Timeout);
    }

    /// <summary>Notes the delivery of a message, if it is a change.</summary>
    public void Note(ReadOnlySpan<byte> message)
    {
        int start = message.IndexOf(Mark);
        if (start >= 0 && Utf8Parser.TryParse(message.Slice(start + Mark.Length, StampLength), out long stamp, out _, 'x'))
        {
            batch.Add(Stopwatch.GetElapsedTime(stamp).TotalMilliseconds);
        }
    }

    private sealed class Batch(int count)
    {
        private readonly double[] latencies = new double[count];
        private readonly TaskCompletionSource<double[]> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int begun;
        private int finished;

        public Task<double[]> Completion => completion.Task;

        public void Add(double latency)
        {
            int index = Interlocked.Increment(ref begun) - 1;
            if (index < latencies.Length)
            {
                latencies[index] = latency;
                if (Interlocked.Increment(ref finished) == latencies.Length)
                {
                    completion.SetResult(latencies);
                }
            }
        }
    }
}
