using SyncFunctions.Benchmarks.Servers;

namespace SyncFunctions.Benchmarks;

/// <summary>
/// <c>getDocument</c> beside a hand-written proxy to the same Sync service, and beside a minimal app on Twilio's C# client: calls a second, and what a
/// call costs the process that answers it.
/// </summary>
internal static class CallBenchmark
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(2);

    public static async Task RunAsync()
    {
        Console.WriteLine("\ngetDocument beside a hand-written proxy, and beside an app on Twilio's C# client");
        Console.WriteLine($"{"connections",-12} {"peer",-14} {"calls/s",-22} {"processor time a call",-24} {"bytes allocated a call",-24}");
        await using ServerProcess emulator = await ServerProcess.StartAsync(EmulatorServers.Emulator);
        using HttpClient sync = SyncClients.Create(emulator.Url, 1);
        await BenchApp.PostAsync(sync, "Documents", ("UniqueName", "read"), ("Data", """{"status":"available","since":"2026-01-01T00:00:00Z"}"""));
        await using ServerProcess app = await ServerProcess.StartAsync(CallServers.App, emulator.Url.AbsoluteUri);
        await using ServerProcess proxy = await ServerProcess.StartAsync(CallServers.Proxy, emulator.Url.AbsoluteUri);
        await using ServerProcess client = await ServerProcess.StartAsync(CallServers.TwilioClient, emulator.Url.AbsoluteUri);
        foreach (int connections in (int[])[1, 16, 64])
        {
            await LoadAsync(app, connections);
            foreach ((string name, ServerProcess peer) in ((string, ServerProcess)[])[(CallServers.Proxy, proxy), (CallServers.TwilioClient, client)])
            {
                await LoadAsync(peer, connections);
                await CompareAsync(connections, name, app, peer);
            }
        }
    }

    private static async Task CompareAsync(int connections, string name, ServerProcess app, ServerProcess peer)
    {
        List<Sample> own = [];
        List<Sample> others = [];
        Comparison rate = await Comparison.RunAsync(
            async () => Note(own, await LoadAsync(app, connections)), async () => Note(others, await LoadAsync(peer, connections)));
        Comparison processor = Comparison.Of([.. own.Zip(others, (a, b) => a.Processor / b.Processor)]);
        Comparison allocated = Comparison.Of([.. own.Zip(others, (a, b) => a.Allocated / b.Allocated)]);
        Console.WriteLine($"{connections,-12} {name,-14} {rate,-22} {processor,-24} {allocated,-24}");

        static double Note(List<Sample> samples, Sample sample)
        {
            samples.Add(sample);
            return sample.Rate;
        }
    }

    private static async Task<Sample> LoadAsync(ServerProcess server, int connections)
    {
        using HttpClient http = SyncClients.CreateBare(server.Url, connections);
        Usage before = await server.MeasureAsync();
        double rate = await Load.ThroughputAsync(connections, Length, _ => BenchApp.GetAsync(http, "api/getDocument?docName=read"));
        Usage used = (await server.MeasureAsync()).Since(before);
        double calls = rate * Length.TotalSeconds;
        return new Sample(rate, used.Processor.TotalMicroseconds / calls, used.Allocated / calls);
    }

    private sealed record Sample(double Rate, double Processor, double Allocated);
}
