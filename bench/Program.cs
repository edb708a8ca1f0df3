using SyncFunctions.Benchmarks;
using SyncFunctions.Benchmarks.Servers;

if (args is [Server.Command, .. var server])
{
    await Server.RunAsync(server);
    return 0;
}

Dictionary<string, (string Title, Func<IAsyncEnumerable<BenchmarkRow>> Run)> benchmarks = new(StringComparer.OrdinalIgnoreCase)
{
    [CallBenchmark.Name] = ("getDocument", CallBenchmark.RunAsync),
    [ColdStartBenchmark.Name] = ("From the start of a worker of the Functions host to its first answer", ColdStartBenchmark.RunAsync),
    [CostBenchmark.Name] = ("A call in a service with many documents, lists and map items", CostBenchmark.RunAsync),
    [EmulatorBenchmark.Name] = ("The emulator's reads and durable writes", EmulatorBenchmark.RunAsync),
    [ExplorerBenchmark.Name] = ("The explorer in a browser", ExplorerBenchmark.RunAsync),
    [LargeBenchmark.Name] = ("The emulator's long lists", LargeBenchmark.RunAsync),
    [MixedBenchmark.Name] = ("Changes of many documents on their way to their subscribers", MixedBenchmark.RunAsync),
    [PageBenchmark.Name] = ("queryListItems, in pages of 100", PageBenchmark.RunAsync),
    [RealtimeBenchmark.Name] = ("Changes of one document on their way to its subscribers", RealtimeBenchmark.RunAsync),
    [StartBenchmark.Name] = ("From the start of the process to its first answer", StartBenchmark.RunAsync),
    [WhereBenchmark.Name] = ("queryListItems with where, vs. reading all items and filtering them in the caller", WhereBenchmark.RunAsync),
};
string[] chosen = [.. args.Where(argument => !argument.StartsWith('-'))];
string[] options = [.. args.Where(argument => argument.StartsWith('-'))];
if (options.Except(["--baseline", "--check", "--short"]).FirstOrDefault() is { } unknownOption)
{
    Console.Error.WriteLine($"There is no option {unknownOption}; there are --baseline, --check and --short.");
    return 1;
}

if (chosen.FirstOrDefault(name => !benchmarks.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"There is no benchmark {unknown}; there are {string.Join(", ", benchmarks.Keys)}.");
    return 1;
}

BenchSettings.IsShort = options.Contains("--short");
if (BenchSettings.IsShort && options.Contains("--baseline"))
{
    Console.Error.WriteLine("The figures of a short run are no baseline.");
    return 1;
}

if (options.Contains("--check") && !Baseline.Exists)
{
    Console.Error.WriteLine("There is no bench/baseline.json to check against; --baseline writes it.");
    return 1;
}

Console.WriteLine($"{Environment.ProcessorCount} cores, .NET {Environment.Version}. The load generator shares the cores with what it measures.");
chosen = chosen.Length > 0 ? chosen : [.. benchmarks.Keys];
List<BenchmarkRow> rows = [];
bool hasFailed = false;
foreach (string name in chosen)
{
    Console.WriteLine($"\n{name.ToLowerInvariant()}: {benchmarks[name].Title}");
    try
    {
        await foreach (BenchmarkRow row in benchmarks[name].Run())
        {
            Report.Print(row);
            rows.Add(row);
        }
    }
    // The others can still be measured.
#pragma warning disable CA1031
    catch (Exception exception)
#pragma warning restore CA1031
    {
        hasFailed = true;
        Console.Error.WriteLine(exception);
    }
}

if (options.Contains("--baseline"))
{
    Baseline.Save(chosen, rows);
}

bool isWorse = options.Contains("--check") && !Baseline.Check(chosen, rows);
return hasFailed || isWorse ? 1 : 0;
