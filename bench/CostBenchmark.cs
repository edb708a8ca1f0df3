namespace SyncFunctions.Benchmarks;

/// <summary>
/// Measures a call in a service with many objects: its requests to Sync, and its time compared with the smallest service. The JavaScript library reads
/// all objects to find one by its name: 2 + N/50 requests.
/// </summary>
internal static class CostBenchmark
{
    public const string Name = "cost";

    private const int Smallest = 10;

    private static readonly int Calls = BenchSettings.Count(500, 50);

    // Until the runtime has fully optimized the code of a call.
    private static readonly int WarmUpCalls = BenchSettings.Count(5000, 50);
    private static readonly int[] Sizes = [1_000, BenchSettings.Count(10_000, 2_000)];

    private static readonly (string Name, Func<BenchApp, int, Task> Call)[] Functions =
    [
        ("getDocument", (app, number) => BenchApp.GetAsync(app.Api, $"getDocument?docName=document-{number}")),
        ("setMapItem", (app, number) => BenchApp.PostAsync(app.Api, "setMapItem", ("mapName", "map"), ("key", $"key-{number}"), ("data", """{"b":2}"""))),
        ("searchList", (app, number) => BenchApp.GetAsync(app.Api, $"searchList?listName=list-{number}")),
    ];

    public static async IAsyncEnumerable<BenchmarkRow> RunAsync()
    {
        await using BenchApp small = await CreateAsync(Smallest);
        foreach (int size in Sizes)
        {
            await using BenchApp large = await CreateAsync(size);
            foreach ((string function, Func<BenchApp, int, Task> call) in Functions)
            {
                await MeasureAsync(small, Smallest, WarmUpCalls, call);
                await MeasureAsync(large, size, WarmUpCalls, call);
                List<(Cost Large, Cost Small)> rounds = [];
                for (int round = 0; round < BenchSettings.Rounds; round++)
                {
                    rounds.Add((await MeasureAsync(large, size, Calls, call), await MeasureAsync(small, Smallest, Calls, call)));
                }

                string name = $"{function}, {size:N0} objects, vs. {Smallest}";
                yield return BenchmarkRow.Of(
                    Name,
                    $"requests to Sync, {name}",
                    Comparison.Of([.. rounds.Select(round => (round.Large.Requests, round.Small.Requests))]),
                    Better.Lower,
                    $"requests; the JavaScript library: {2 + (size / 50)}");
                yield return BenchmarkRow.Of(
                    Name, $"time, {name}", Comparison.Of([.. rounds.Select(round => (round.Large.Milliseconds, round.Small.Milliseconds))]), Better.Lower, "ms");
            }
        }
    }

    private static async Task<BenchApp> CreateAsync(int size)
    {
        BenchApp app = await BenchApp.StartAsync();
        await BenchApp.PostAsync(app.Sync, "Maps", ("UniqueName", "map"));
        await Load.TimesAsync(size, number => BenchApp.PostAsync(app.Sync, "Documents", ("UniqueName", $"document-{number}"), ("Data", """{"a":1}""")));
        await Load.TimesAsync(size, number => BenchApp.PostAsync(app.Sync, "Lists", ("UniqueName", $"list-{number}")));
        await Load.TimesAsync(size, number => BenchApp.PostAsync(app.Sync, "Maps/map/Items", ("Key", $"key-{number}"), ("Data", "{}")));
        return app;
    }

    private static async Task<Cost> MeasureAsync(BenchApp app, int size, int calls, Func<BenchApp, int, Task> call)
    {
        int before = app.SyncRequests;
        double median = await Load.MedianAsync(calls, number => call(app, number % size));
        return new Cost((app.SyncRequests - before) / (double)calls, median);
    }

    private sealed record Cost(double Requests, double Milliseconds);
}
