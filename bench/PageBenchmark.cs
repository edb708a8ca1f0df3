using System.Diagnostics;
using System.Text.Json;

namespace SyncFunctions.Benchmarks;

/// <summary>Reads the pages of a long list from the first to the last and back. Each should take as long as the first.</summary>
internal static class PageBenchmark
{
    private const int Items = 100_000;
    private const int Sample = 100;

    public static async Task RunAsync()
    {
        Console.WriteLine($"\nqueryListItems over {Items:N0} items in pages of 100: median ms of the first and the last {Sample} pages");
        Console.WriteLine($"{"order",-8}{"pages",8}{"items",10}{"first",10}{"last",10}{"ratio",8}");
        await using BenchApp app = await BenchApp.StartAsync();
        await BenchApp.PostAsync(app.Sync, "Lists", ("UniqueName", "long"));
        await Load.TimesAsync(Items, _ => BenchApp.PostAsync(app.Sync, "Lists/long/Items", ("Data", """{"call":"CA00000000000000000000000000000000","status":"completed"}""")));
        await PageThroughAsync(app, "asc", print: false);
        await PageThroughAsync(app, "asc", print: true);
        await PageThroughAsync(app, "desc", print: true);
    }

    private static async Task PageThroughAsync(BenchApp app, string order, bool print)
    {
        List<double> durations = [];
        int items = 0;
        long? previous = null;
        for (string? token = null, next = ""; next is not null; token = next)
        {
            long started = Stopwatch.GetTimestamp();
            byte[] page = await app.Api.GetByteArrayAsync(
                new Uri($"queryListItems?listName=long&pageSize=100&order={order}{(token is null ? "" : $"&pageToken={token}")}", UriKind.Relative));
            durations.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            using JsonDocument json = JsonDocument.Parse(page);
            foreach (JsonElement item in json.RootElement.GetProperty("items").EnumerateArray())
            {
                long index = item.GetProperty("index").GetInt64();
                if (previous is not null && (order == "asc" ? index <= previous : index >= previous))
                {
                    throw new InvalidOperationException("The items are not in order.");
                }

                previous = index;
                items++;
            }

            next = json.RootElement.GetProperty("nextPageToken").GetString();
        }

        if (items != Items)
        {
            throw new InvalidOperationException($"There should be {Items} items, but {items} were read.");
        }

        if (print)
        {
            double first = Load.Median(durations.Take(Sample));
            double last = Load.Median(durations.TakeLast(Sample));
            Console.WriteLine($"{order,-8}{durations.Count,8}{items,10}{first,10:0.00}{last,10:0.00}{last / first,8:0.00}");
        }
    }
}
