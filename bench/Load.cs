using System.Diagnostics;

namespace SyncFunctions.Benchmarks;

/// <summary>Loads of bounded length.</summary>
internal static class Load
{
    /// <summary>Runs an operation with a number of concurrent callers for some seconds; returns how many times a second it succeeded.</summary>
    public static async Task<double> ThroughputAsync(int callers, TimeSpan length, Func<int, Task> operation)
    {
        int number = 0;
        Stopwatch watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (watch.Elapsed < length)
            {
                await operation(Interlocked.Increment(ref number));
            }
        })));
        return number / watch.Elapsed.TotalSeconds;
    }

    /// <summary>Writes a number of connections.</summary>
    public static string Connections(int number) => number == 1 ? "1 connection" : $"{number} connections";

    /// <summary>Runs an operation a number of times, with 32 concurrent callers.</summary>
    public static Task TimesAsync(int times, Func<int, Task> operation) => Parallel.ForEachAsync(
        Enumerable.Range(0, times), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (number, _) => await operation(number));

    /// <summary>Runs an operation a number of times in sequence; returns the median duration in milliseconds.</summary>
    public static async Task<double> MedianAsync(int times, Func<int, Task> operation)
    {
        double[] durations = new double[times];
        for (int i = 0; i < times; i++)
        {
            long started = Stopwatch.GetTimestamp();
            await operation(i);
            durations[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        return Median(durations);
    }

    /// <summary>The median of some values.</summary>
    public static double Median(IEnumerable<double> values) => Percentile(values, 0.5);

    /// <summary>The value below which a share of the values lies.</summary>
    public static double Percentile(IEnumerable<double> values, double share)
    {
        double[] ordered = [.. values.Order()];
        return ordered[(int)(ordered.Length * share)];
    }
}
