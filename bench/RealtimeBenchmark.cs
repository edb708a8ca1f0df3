using System.Diagnostics;

using SyncFunctions.Benchmarks.Realtime;
using SyncFunctions.Benchmarks.Servers;

namespace SyncFunctions.Benchmarks;

/// <summary>
/// The changes of one document on their way to its subscribers, which acknowledge each as Twilio's client does, and the memory of idle connections:
/// the emulator compared with a bare ASP.NET Core WebSocket broadcast of the same bytes.
/// </summary>
internal static class RealtimeBenchmark
{
    public const string Name = "realtime";

    // Connections whose memory is not counted: the first ones bring code and pools with them.
    private const int FirstConnections = 50;

    private static readonly int Subscribers = BenchSettings.Count(2_000, 200);
    private static readonly int Changes = BenchSettings.Count(50, 10);
    private static readonly int[] IdleConnections = [BenchSettings.Count(2_000, 500), BenchSettings.Count(10_000, 1_000)];

    public static async IAsyncEnumerable<BenchmarkRow> RunAsync()
    {
        byte[] message;
        await using (EmulatorFanOut emulator = await EmulatorFanOut.StartAsync())
        {
            message = await emulator.CaptureAsync();
            await using BroadcastFanOut broadcast = await BroadcastFanOut.StartAsync(message);
            await emulator.ConnectAsync(1);
            double one = await MedianCostAsync(emulator);
            await emulator.ConnectAsync(100);
            List<(double, double)> costOf100 = [.. (await CostsAsync(emulator)).Select(cost => (cost, one))];
            await emulator.ConnectAsync(Subscribers);
            await broadcast.ConnectAsync(Subscribers);
            foreach (BenchmarkRow row in await CompareLatenciesAsync(emulator, broadcast))
            {
                yield return row;
            }

            await MeasureCostAsync(broadcast);
            List<(double Own, double Peer)> costs = [];
            for (int round = 0; round < BenchSettings.Rounds; round++)
            {
                costs.Add((await MeasureCostAsync(emulator), await MeasureCostAsync(broadcast)));
            }

            yield return BenchmarkRow.Of(Name, $"cost of a delivery, {Subscribers:N0} subscribers, vs. a bare broadcast", Comparison.Of(costs), Better.Lower, "µs");
            yield return BenchmarkRow.Of(Name, "cost of a delivery, 100 subscribers, vs. one", Comparison.Of(costOf100), Better.Lower, "µs");
            yield return BenchmarkRow.Of(
                Name, $"cost of a delivery, {Subscribers:N0} subscribers, vs. one", Comparison.Of([.. costs.Select(cost => (cost.Own, one))]), Better.Lower, "µs");
        }

        await foreach (BenchmarkRow row in CompareMemoryAsync(message))
        {
            yield return row;
        }
    }

    private static async Task<IEnumerable<BenchmarkRow>> CompareLatenciesAsync(FanOut emulator, FanOut broadcast)
    {
        await MeasureLatenciesAsync(emulator);
        await MeasureLatenciesAsync(broadcast);
        List<(double[] Own, double[] Peer)> rounds = [];
        for (int round = 0; round < BenchSettings.Rounds; round++)
        {
            double[]? own = round % 2 == 0 ? await MeasureLatenciesAsync(emulator) : null;
            double[] peer = await MeasureLatenciesAsync(broadcast);
            rounds.Add((own ?? await MeasureLatenciesAsync(emulator), peer));
        }

        return
        [
            BenchmarkRow.Of(Name, $"delivery p50, {Subscribers:N0} subscribers, vs. a bare broadcast", Of(0.5), Better.Lower, "ms"),
            BenchmarkRow.Of(Name, $"delivery p99, {Subscribers:N0} subscribers, vs. a bare broadcast", Of(0.99), Better.Lower, "ms", target: 1.1),
        ];

        Comparison Of(double share) => Comparison.Of([.. rounds.Select(round => (Load.Percentile(round.Own, share), Load.Percentile(round.Peer, share)))]);
    }

    // One at a time: measures how long it takes until each subscriber has the change.
    private static async Task<double[]> MeasureLatenciesAsync(FanOut fanOut)
    {
        List<double> latencies = [];
        for (int i = 0; i < Changes; i++)
        {
            Task<double[]> delivered = fanOut.Deliveries.CollectAsync(fanOut.Count);
            await fanOut.PublishAsync(0, Stopwatch.GetTimestamp());
            latencies.AddRange(await delivered);
        }

        return [.. latencies];
    }

    private static async Task<List<double>> CostsAsync(FanOut fanOut)
    {
        await MeasureCostAsync(fanOut);
        List<double> costs = [];
        for (int round = 0; round < BenchSettings.Rounds; round++)
        {
            costs.Add(await MeasureCostAsync(fanOut));
        }

        return costs;
    }

    private static async Task<double> MedianCostAsync(FanOut fanOut) => Load.Median(await CostsAsync(fanOut));

    // Changes as fast as one writer makes them: microseconds for each delivery.
    private static async Task<double> MeasureCostAsync(FanOut fanOut)
    {
        int changes = Changes * 2;
        Task<double[]> delivered = fanOut.Deliveries.CollectAsync(fanOut.Count * changes);
        Stopwatch watch = Stopwatch.StartNew();
        for (int i = 0; i < changes; i++)
        {
            await fanOut.PublishAsync(0, Stopwatch.GetTimestamp());
        }

        await delivered;
        return watch.Elapsed.TotalMicroseconds / changes / fanOut.Count;
    }

    private static async IAsyncEnumerable<BenchmarkRow> CompareMemoryAsync(byte[] message)
    {
        int[] counts = [.. IdleConnections.Select(FileLimit.Fit)];
        if (counts[^1] < IdleConnections[^1])
        {
            yield return BenchmarkRow.Remark(
                Name, $"{IdleConnections[^1]:N0} idle connections", $"only {counts[^1]:N0}, as a process may open no more files here: raise the hard limit (ulimit -Hn)");
        }

        List<double[]> own = [];
        List<double[]> peer = [];
        for (int round = 0; round < BenchSettings.Rounds; round++)
        {
            own.Add(await MeasureMemoryAsync(await EmulatorFanOut.StartAsync(), counts));
            peer.Add(await MeasureMemoryAsync(await BroadcastFanOut.StartAsync(message), counts));
        }

        for (int i = 0; i < counts.Length; i++)
        {
            yield return BenchmarkRow.Of(
                Name,
                $"memory of an idle connection, {counts[i]:N0} connections, vs. bare WebSockets",
                Comparison.Of([.. own.Zip(peer, (a, b) => (a[i], b[i]))]),
                Better.Lower,
                "KiB",
                target: 1.1);
        }
    }

    private static async Task<double[]> MeasureMemoryAsync(FanOut fanOut, int[] counts)
    {
        await using (fanOut)
        {
            await fanOut.ConnectAsync(FirstConnections);
            Usage before = await fanOut.Server.MeasureAsync();
            double[] memory = new double[counts.Length];
            for (int i = 0; i < counts.Length; i++)
            {
                await fanOut.ConnectAsync(counts[i]);
                memory[i] = (await fanOut.Server.MeasureAsync()).Since(before).Memory / 1024.0 / (counts[i] - FirstConnections);
            }

            return memory;
        }
    }
}
