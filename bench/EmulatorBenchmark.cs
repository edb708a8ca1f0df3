using SyncFunctions.Benchmarks.Servers;

namespace SyncFunctions.Benchmarks;

/// <summary>Compares the emulator's reads and durable writes with a bare Kestrel endpoint that returns a constant of the same size.</summary>
internal static class EmulatorBenchmark
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(2);

    public static async Task RunAsync()
    {
        Console.WriteLine("\nThe emulator beside bare Kestrel");
        Console.WriteLine($"{"connections",-12} {"reads/s",10} {"ratio",-22} {"writes/s",10} {"ratio",-22}");
        await using ServerProcess emulator = await ServerProcess.StartAsync(EmulatorServers.Emulator);
        using HttpClient setup = SyncClients.Create(emulator.Url, 1);
        await BenchApp.PostAsync(setup, "Documents", ("UniqueName", "read"), ("Data", """{"status":"available","since":"2026-01-01T00:00:00Z"}"""));
        await BenchApp.PostAsync(setup, "Maps", ("UniqueName", "map"));
        int bytes = (await setup.GetByteArrayAsync(new Uri("Documents/read", UriKind.Relative))).Length;
        await using ServerProcess bare = await ServerProcess.StartAsync(EmulatorServers.Bare, $"{bytes}");
        foreach (int connections in (int[])[1, 16, 64])
        {
            using HttpClient bareClient = SyncClients.CreateBare(bare.Url, connections);
            using HttpClient sync = SyncClients.Create(emulator.Url, connections);
            double reads = 0;
            double writes = 0;
            Func<Task<double>> callBare = () => Load.ThroughputAsync(connections, Length, _ => BenchApp.GetAsync(bareClient, "/v1/Services/default/Documents/read"));
            Func<Task<double>> read = async () => reads = await Load.ThroughputAsync(connections, Length, _ => BenchApp.GetAsync(sync, "Documents/read"));
            Func<Task<double>> write = async () => writes = await Load.ThroughputAsync(connections, Length, _ => BenchApp.PostAsync(
                sync, "Maps/map/Items", ("Key", Guid.NewGuid().ToString()), ("Data", """{"status":"available"}""")));
            await callBare();
            await read();
            await write();
            Comparison reading = await Comparison.RunAsync(read, callBare);
            Comparison writing = await Comparison.RunAsync(write, callBare);
            Console.WriteLine($"{connections,-12} {reads,10:0} {reading,-22} {writes,10:0} {writing,-22}");
        }
    }
}
