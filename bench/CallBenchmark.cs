using SyncFunctions.Benchmarks.Servers;

namespace SyncFunctions.Benchmarks;

/// <summary>
/// <c>getDocument</c> compared with a hand-written proxy to the same Sync service, and with a minimal app on Twilio's C# client: calls a second, and what a
/// call costs the process that answers it.
/// </summary>
internal static class CallBenchmark
{
    public const string Name = "calls";

    public static async IAsyncEnumerable<BenchmarkRow> RunAsync()
    {
        await using ServerProcess emulator = await ServerProcess.StartAsync(EmulatorServers.Emulator);
        using HttpClient sync = SyncClients.Create(emulator.Url, 1);
        await BenchApp.PostAsync(sync, "Documents", ("UniqueName", "read"), ("Data", """{"status":"available","since":"2026-01-01T00:00:00Z"}"""));
        await using ServerProcess app = await ServerProcess.StartAsync(CallServers.App, emulator.Url.AbsoluteUri);
        await using ServerProcess proxy = await ServerProcess.StartAsync(CallServers.Proxy, emulator.Url.AbsoluteUri);
        await using ServerProcess client = await ServerProcess.StartAsync(CallServers.TwilioClient, emulator.Url.AbsoluteUri);
        foreach (int connections in (int[])[1, 16, 64])
        {
            await LoadAsync(app, connections);
            await LoadAsync(proxy, connections);
            await LoadAsync(client, connections);
            IReadOnlyList<IReadOnlyCollection<(Sample Own, Sample Peer)>> rounds = await Comparison.InTurnsAsync(
                () => LoadAsync(app, connections), [() => LoadAsync(proxy, connections), () => LoadAsync(client, connections)], BenchSettings.Rounds);
            foreach (BenchmarkRow row in Rows(connections, "a hand-written proxy", rounds[0], rateTarget: 0.95, costTarget: null)
                .Concat(Rows(connections, "an app on Twilio's client", rounds[1], rateTarget: 1.15, costTarget: 0.5)))
            {
                yield return row;
            }
        }
    }

    private static IEnumerable<BenchmarkRow> Rows(int connections, string peer, IReadOnlyCollection<(Sample Own, Sample Peer)> rounds, double rateTarget, double? costTarget)
    {
        string suffix = $"{Load.Connections(connections)}, vs. {peer}";
        yield return BenchmarkRow.Of(Name, $"throughput, {suffix}", Of(sample => sample.Rate), Better.Higher, "calls/s", rateTarget);
        yield return BenchmarkRow.Of(Name, $"processor time a call, {suffix}", Of(sample => sample.Processor), Better.Lower, "µs", costTarget);
        yield return BenchmarkRow.Of(Name, $"allocation a call, {suffix}", Of(sample => sample.Allocated), Better.Lower, "bytes", costTarget);

        Comparison Of(Func<Sample, double> figure) => Comparison.Of([.. rounds.Select(round => (figure(round.Own), figure(round.Peer)))]);
    }

    private static async Task<Sample> LoadAsync(ServerProcess server, int connections)
    {
        using HttpClient http = SyncClients.CreateBare(server.Url, connections);
        Usage before = await server.MeasureAsync();
        int calls = 0;
        double rate = await Load.ThroughputAsync(connections, BenchSettings.LoadLength, _ =>
        {
            Interlocked.Increment(ref calls);
            return BenchApp.GetAsync(http, "api/getDocument?docName=read");
        });
        Usage used = (await server.MeasureAsync()).Since(before);
        return new Sample(rate, used.Processor.TotalMicroseconds / calls, (double)used.Allocated / calls);
    }

    private sealed record Sample(double Rate, double Processor, double Allocated);
}
