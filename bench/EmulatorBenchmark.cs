using SyncFunctions.Benchmarks.Servers;

namespace SyncFunctions.Benchmarks;

/// <summary>
/// The emulator's reads compared with bare Kestrel, which answers with as many bytes; its durable writes compared with SQLite itself, and with Azurite's tables.
/// </summary>
internal static class EmulatorBenchmark
{
    public const string Name = "emulator";

    public static async IAsyncEnumerable<BenchmarkRow> RunAsync()
    {
        await using ServerProcess emulator = await ServerProcess.StartAsync(EmulatorServers.Emulator);
        using HttpClient setup = SyncClients.Create(emulator.Url, 1);
        await BenchApp.PostAsync(setup, "Documents", ("UniqueName", "read"), ("Data", """{"status":"available","since":"2026-01-01T00:00:00Z"}"""));
        await BenchApp.PostAsync(setup, "Maps", ("UniqueName", "map"));
        int bytes = (await setup.GetByteArrayAsync(new Uri("Documents/read", UriKind.Relative))).Length;
        await using ServerProcess bare = await ServerProcess.StartAsync(EmulatorServers.Bare, $"{bytes}");
        using BareSqlite sqlite = await BareSqlite.CreateAsync();
        (Azurite? azurite, string? reason) = await Azurite.StartAsync();
        await using (azurite)
        {
            foreach (int connections in (int[])[1, 16, 64])
            {
                yield return await CompareReadsAsync(emulator, bare, connections);
                foreach (BenchmarkRow row in await CompareWritesAsync(emulator, sqlite, azurite, connections))
                {
                    yield return row;
                }

                if (azurite is null)
                {
                    yield return BenchmarkRow.Remark(Name, $"durable writes, {Load.Connections(connections)}, vs. Azurite's tables", $"skipped: {reason}");
                }
            }
        }
    }

    private static async Task<BenchmarkRow> CompareReadsAsync(ServerProcess emulator, ServerProcess bare, int connections)
    {
        using HttpClient bareClient = SyncClients.CreateBare(bare.Url, connections);
        using HttpClient sync = SyncClients.Create(emulator.Url, connections);
        await ReadAsync();
        await CallBareAsync();
        Comparison ratio = await Comparison.RunAsync(ReadAsync, CallBareAsync);
        return BenchmarkRow.Of(Name, $"reads, {Load.Connections(connections)}, vs. bare Kestrel", ratio, Better.Higher, "reads/s", target: 0.75);

        Task<double> ReadAsync() => Load.ThroughputAsync(connections, BenchSettings.LoadLength, _ => BenchApp.GetAsync(sync, "Documents/read"));

        Task<double> CallBareAsync() =>
            Load.ThroughputAsync(connections, BenchSettings.LoadLength, _ => BenchApp.GetAsync(bareClient, "/v1/Services/default/Documents/read"));
    }

    private static async Task<IEnumerable<BenchmarkRow>> CompareWritesAsync(ServerProcess emulator, BareSqlite sqlite, Azurite? azurite, int connections)
    {
        using HttpClient sync = SyncClients.Create(emulator.Url, connections);
        double groupSize = 1;
        List<Func<Task<double>>> peers = [WriteBareAsync];
        if (azurite is not null)
        {
            peers.Add(InsertAsync);
        }

        await WriteAsync();
        foreach (Func<Task<double>> peer in peers)
        {
            await peer();
        }

        IReadOnlyList<Comparison> ratios = await Comparison.RunAsync(WriteAsync, peers, BenchSettings.Rounds);
        string name = $"durable writes, {Load.Connections(connections)}, vs.";
        return ((BenchmarkRow[])
        [
            BenchmarkRow.Of(Name, $"{name} SQLite itself", ratios[0], Better.Higher, string.Create(null, $"writes/s, {groupSize:0.0} a commit"), target: 0.6),
            .. ratios.Skip(1).Select(ratio => BenchmarkRow.Of(Name, $"{name} Azurite's tables", ratio, Better.Higher, "writes/s", target: 20)),
        ]);

        async Task<double> WriteAsync()
        {
            Usage before = await emulator.MeasureAsync();
            double rate = await Load.ThroughputAsync(connections, BenchSettings.LoadLength, _ => BenchApp.PostAsync(
                sync, "Maps/map/Items", ("Key", Guid.NewGuid().ToString()), ("Data", """{"status":"available"}""")));
            Usage used = (await emulator.MeasureAsync()).Since(before);
            groupSize = (double)used.Changes / used.Commits;
            return rate;
        }

        // On a thread of its own, while the emulator has nothing to do.
        Task<double> WriteBareAsync() => Task.Factory.StartNew(
            () => sqlite.Write(groupSize, BenchSettings.LoadLength), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        Task<double> InsertAsync() => azurite!.InsertAsync(connections, BenchSettings.LoadLength);
    }
}
