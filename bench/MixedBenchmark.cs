using System.Diagnostics;

using SyncFunctions.Benchmarks.Realtime;

namespace SyncFunctions.Benchmarks;

/// <summary>
/// Many documents, each with some subscribers: the highest rate of changes at which deliveries are in time, compared with that of a bare ASP.NET Core WebSocket
/// broadcast with as many groups.
/// </summary>
internal static class MixedBenchmark
{
    public const string Name = "mixed";

    private const int SubscribersEach = 50;
    private const double Limit = 50;
    private const double FirstRate = 10;
    private const double CoarseStep = 1.5;
    private const double FineStep = 1.1;

    public static async IAsyncEnumerable<BenchmarkRow> RunAsync()
    {
        int wanted = BenchSettings.Count(200, 10);
        int documents = FileLimit.Fit(wanted * SubscribersEach) / SubscribersEach;
        if (documents < wanted)
        {
            yield return BenchmarkRow.Remark(
                Name, $"{wanted} documents with {SubscribersEach} subscribers each", $"only {documents}, as a process may open no more files here: raise the hard limit (ulimit -Hn)");
        }

        byte[] message;
        await using (EmulatorFanOut emulator = await EmulatorFanOut.StartAsync())
        {
            message = await emulator.CaptureAsync();
        }

        // One server after the other: this process could not hold the connections of both.
        IReadOnlyList<Comparison> ratios = await Comparison.RunAsync(
            async () => await FindRateAsync(await EmulatorFanOut.StartAsync(documents), documents),
            [async () => await FindRateAsync(await BroadcastFanOut.StartAsync(message), documents)],
            BenchSettings.LongRounds);
        yield return BenchmarkRow.Of(
            Name,
            $"rate with p99 ≤ {Limit} ms, {documents} documents with {SubscribersEach} subscribers each, vs. a bare broadcast",
            ratios[0],
            Better.Higher,
            "changes/s",
            target: 0.8);
    }

    private static async Task<double> FindRateAsync(FanOut fanOut, int documents)
    {
        await using (fanOut)
        {
            await fanOut.ConnectAsync(documents * SubscribersEach, documents);
            // Code is compiled, and connections are opened.
            await MeasureAsync(fanOut, documents, FirstRate);
            double coarse = await RaiseAsync(FirstRate, CoarseStep, double.MaxValue);
            return coarse < FirstRate ? coarse : await RaiseAsync(coarse * FineStep, FineStep, coarse * CoarseStep);
        }

        // The last rate before the first that is too high.
        async Task<double> RaiseAsync(double first, double step, double end)
        {
            double rate = first;
            while (rate < end && await IsInTimeAsync(rate))
            {
                rate *= step;
            }

            return rate / step;
        }

        // The second attempt is for a disturbance from outside.
        async Task<bool> IsInTimeAsync(double rate) =>
            await MeasureAsync(fanOut, documents, rate) <= Limit || await MeasureAsync(fanOut, documents, rate) <= Limit;
    }

    // Changes at a constant rate, whether or not earlier ones have arrived. Each counts from the moment at which it is due.
    private static async Task<double> MeasureAsync(FanOut fanOut, int documents, double rate)
    {
        int changes = Math.Max(1, (int)(rate * BenchSettings.LoadLength.TotalSeconds));
        Task<double[]> delivered = fanOut.Deliveries.CollectAsync(changes * SubscribersEach);
        List<Task> publishing = [];
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < changes; i++)
        {
            long due = started + (long)(i / rate * Stopwatch.Frequency);
            if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait);
            }

            publishing.Add(fanOut.PublishAsync(i % documents, due));
        }

        await Task.WhenAll(publishing);
        return Load.Percentile(await delivered, 0.99);
    }
}
