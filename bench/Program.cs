using SyncFunctions.Benchmarks;
using SyncFunctions.Benchmarks.Servers;

if (args is [Server.Command, .. var server])
{
    await Server.RunAsync(server);
    return 0;
}

// The command line has the names of the benchmarks to run; without names, all are run.
Dictionary<string, Func<Task>> benchmarks = new(StringComparer.OrdinalIgnoreCase)
{
    ["calls"] = CallBenchmark.RunAsync,
    ["cost"] = CostBenchmark.RunAsync,
    ["emulator"] = EmulatorBenchmark.RunAsync,
    ["explorer"] = ExplorerBenchmark.RunAsync,
    ["pages"] = PageBenchmark.RunAsync,
    ["realtime"] = RealtimeBenchmark.RunAsync,
    ["start"] = StartBenchmark.RunAsync,
    ["where"] = WhereBenchmark.RunAsync,
};
string[] chosen = args.Length > 0 ? args : [.. benchmarks.Keys];
if (chosen.FirstOrDefault(name => !benchmarks.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"There is no benchmark {unknown}; there are {string.Join(", ", benchmarks.Keys)}.");
    return 1;
}

Console.WriteLine($"{Environment.ProcessorCount} cores, .NET {Environment.Version}; the load comes from the same process.");
foreach (string name in chosen)
{
    await benchmarks[name]();
}

return 0;
