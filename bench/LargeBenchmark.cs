using SyncFunctions.Benchmarks.Servers;

namespace SyncFunctions.Benchmarks;

/// <summary>The emulator's work on a list of 1,000,000 items, compared with a list of 1,000.</summary>
internal static class LargeBenchmark
{
    public const string Name = "large";

    private const int SmallItems = 1_000;

    private static readonly int LargeItems = BenchSettings.Count(1_000_000, 100_000);

    // A list only to warm up: after its calls the emulator's code is compiled for speed, and no item of the others has been read.
    private const int WarmUpItems = 10_000;

    private static readonly int WarmUpCalls = BenchSettings.Count(3_000, 100);

    // So few that the small list is not read twice in all rounds together.
    private static readonly int Calls = BenchSettings.Count(160, 50);

    public static async IAsyncEnumerable<BenchmarkRow> RunAsync()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("syncfunctions-bench-");
        try
        {
            string dataFile = Path.Combine(folder.FullName, "sync.db");
            await LongLists.CreateAsync(dataFile, SmallItems, LargeItems, WarmUpItems);
            await using ServerProcess emulator = await ServerProcess.StartAsync(EmulatorServers.Emulator, dataFile);
            using HttpClient sync = SyncClients.Create(emulator.Url, 1);
            (string Name, Func<int, int, Task> Call)[] operations =
            [
                ("append an item", (length, _) => BenchApp.PostAsync(
                    sync, $"Lists/{LongLists.NameOf(length)}/Items", ("Data", """{"call":"CA00000000000000000000000000000000","status":"completed"}"""))),
                ("read an item", (length, number) => BenchApp.GetAsync(sync, $"Lists/{LongLists.NameOf(length)}/Items/{Spread(length, number)}")),
                ("read a page of 100 in the middle", (length, number) => BenchApp.GetAsync(
                    sync, $"Lists/{LongLists.NameOf(length)}/Items?From={(length / 2) - 50 + (number % 100)}&PageSize=100")),
            ];
            foreach ((string name, Func<int, int, Task> call) in operations)
            {
                Dictionary<int, int> next = new() { [LargeItems] = 0, [SmallItems] = 0 };
                await Load.MedianAsync(WarmUpCalls, number => call(WarmUpItems, number));
                await MeasureAsync(LargeItems);
                await MeasureAsync(SmallItems);
                Comparison ratio = await Comparison.RunAsync(() => MeasureAsync(LargeItems), () => MeasureAsync(SmallItems));
                yield return BenchmarkRow.Of(Name, $"{name}, {LargeItems:N0} items, vs. {SmallItems:N0}", ratio, Better.Lower, "ms", target: 1.1);

                async Task<double> MeasureAsync(int length)
                {
                    int first = next[length];
                    next[length] += Calls;
                    return await Load.MedianAsync(Calls, number => call(length, first + number));
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Spread over the list, and each item once: 7 has no factor in common with the lengths.
    private static long Spread(int length, int number) => number * (long)(length / SmallItems) * 7 % length;
}
