using System.Diagnostics;
using System.Text.Json;

namespace SyncFunctions.Benchmarks;

/// <summary>Reads the pages of a long list from the first to the last and back. Each should take as long as the first.</summary>
internal static class PageBenchmark
{
    public const string Name = "pages";

    private const int Sample = 100;

    private static readonly int Items = BenchSettings.Count(100_000, 30_000);

    public static async IAsyncEnumerable<BenchmarkRow> RunAsync()
    {
        await using BenchApp app = await BenchApp.StartAsync();
        await BenchApp.PostAsync(app.Sync, "Lists", ("UniqueName", "long"));
        await Load.TimesAsync(Items, _ => BenchApp.PostAsync(app.Sync, "Lists/long/Items", ("Data", """{"call":"CA00000000000000000000000000000000","status":"completed"}""")));
        await PageThroughAsync(app, "asc");
        foreach (string order in (string[])["asc", "desc"])
        {
            List<(double Last, double First)> rounds = [];
            for (int round = 0; round < BenchSettings.Rounds; round++)
            {
                rounds.Add(await PageThroughAsync(app, order));
            }

            yield return BenchmarkRow.Of(Name, $"the last {Sample} pages of {Items:N0} items, {order}, vs. the first", Comparison.Of(rounds), Better.Lower, "ms");
        }
    }

    private static async Task<(double Last, double First)> PageThroughAsync(BenchApp app, string order)
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

        return (Load.Median(durations.TakeLast(Sample)), Load.Median(durations.Take(Sample)));
    }
}
