namespace SyncFunctions.Benchmarks;

/// <summary>
/// Measures a call in a service with many objects: its requests to Sync, and its time compared with the smallest service. The JavaScript library reads
/// all objects to find one by its name: 2 + N/50 requests.
/// </summary>
internal static class CostBenchmark
{
    private const int Calls = 1000;

    // Until the runtime has fully optimized the code of a call.
    private const int WarmUpCalls = 5000;
    private static readonly int[] Sizes = [10, 1_000, 10_000];

    public static async Task RunAsync()
    {
        Console.WriteLine("\nCost of a call by the number of documents, lists and map items");
        Console.WriteLine($"{"function",-14}{"objects",10}{"requests",10}{"library",10}{"median ms",12}{"ratio",8}");
        Dictionary<string, double> smallest = [];
        await using BenchApp app = await BenchApp.StartAsync();
        await BenchApp.PostAsync(app.Sync, "Maps", ("UniqueName", "map"));
        int created = 0;
        foreach (int size in Sizes)
        {
            int first = created;
            await Load.TimesAsync(size - first, number => BenchApp.PostAsync(app.Sync, "Documents", ("UniqueName", $"document-{first + number}"), ("Data", """{"a":1}""")));
            await Load.TimesAsync(size - first, number => BenchApp.PostAsync(app.Sync, "Lists", ("UniqueName", $"list-{first + number}")));
            await Load.TimesAsync(size - first, number => BenchApp.PostAsync(app.Sync, "Maps/map/Items", ("Key", $"key-{first + number}"), ("Data", "{}")));
            created = size;

            await MeasureAsync("getDocument", number => BenchApp.GetAsync(app.Api, $"getDocument?docName=document-{number % size}"));
            await MeasureAsync("setMapItem", number => BenchApp.PostAsync(
                app.Api, "setMapItem", ("mapName", "map"), ("key", $"key-{number % size}"), ("data", """{"b":2}""")));
            await MeasureAsync("searchList", number => BenchApp.GetAsync(app.Api, $"searchList?listName=list-{number % size}"));

            async Task MeasureAsync(string function, Func<int, Task> call)
            {
                await Load.MedianAsync(size == Sizes[0] ? WarmUpCalls : Calls, call);
                int before = app.SyncRequests;
                double median = await Load.MedianAsync(Calls, call);
                double requests = (app.SyncRequests - before) / (double)Calls;
                smallest.TryAdd(function, median);
                Console.WriteLine($"{function,-14}{size,10}{requests,10:0.##}{2 + (size / 50),10}{median,12:0.000}{median / smallest[function],8:0.00}");
            }
        }
    }
}
