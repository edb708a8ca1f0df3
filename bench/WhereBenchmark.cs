using System.Diagnostics;
using System.Text.Json;

namespace SyncFunctions.Benchmarks;

/// <summary>Finds a few items among many with a condition, compared with reading all items and filtering them in the caller.</summary>
internal static class WhereBenchmark
{
    private const int Items = 10_000;
    private const int Repetitions = 5;

    private static readonly int[] Shares = [1_000, 100, 10, 2];

    public static async Task RunAsync()
    {
        Console.WriteLine($"\nqueryListItems with where over {Items:N0} items, compared with reading all in pages of 100 and filtering them in the caller (= 1)");
        Console.WriteLine($"{"one item in",-14}{"matches",10}{"calls",8}{"of",6}{"to Sync",10}{"of",6}{"bytes",8}{"time",8}");
        await using BenchApp app = await BenchApp.StartAsync();
        await BenchApp.PostAsync(app.Sync, "Lists", ("UniqueName", "calls"));
        await Load.TimesAsync(Items, number => BenchApp.PostAsync(app.Sync, "Lists/calls/Items", ("Data", Call(number))));
        foreach (int share in Shares)
        {
            string where = $"rests.r{share} == 0";
            Func<JsonElement, bool> isWanted = data => data.GetProperty("rests").GetProperty($"r{share}").GetInt32() == 0;
            await MeasureAsync(app, "", isWanted);
            await MeasureAsync(app, where, _ => true);
            Run[] all = new Run[Repetitions];
            Run[] chosen = new Run[Repetitions];
            for (int i = 0; i < Repetitions; i++)
            {
                all[i] = await MeasureAsync(app, "", isWanted);
                chosen[i] = await MeasureAsync(app, where, _ => true);
            }

            if (all[0].Matches != chosen[0].Matches || all[0].Matches != Items / share)
            {
                throw new InvalidOperationException($"There are {Items / share} matches; the caller found {all[0].Matches}, the condition {chosen[0].Matches}.");
            }

            Console.WriteLine(
                $"{share,-14}{chosen[0].Matches,10}{chosen[0].Calls,8}{all[0].Calls,6}{chosen[0].SyncRequests,10}{all[0].SyncRequests,6}" +
                $"{(double)chosen[0].Bytes / all[0].Bytes,8:0.000}{Load.Median(chosen.Select(run => run.Milliseconds)) / Load.Median(all.Select(run => run.Milliseconds)),8:0.00}");
        }
    }

    private static string Call(int number)
    {
        string rests = string.Join(',', Shares.Select(share => $"\"r{share}\":{number % share}"));
        return $$"""{"call":"CA{{number:x32}}","rests":{ {{rests}} },"status":"completed","tags":["a","b"],"from":{"number":"+15551234567","country":"JP"} }""";
    }

    private static async Task<Run> MeasureAsync(BenchApp app, string where, Func<JsonElement, bool> isWanted)
    {
        int before = app.SyncRequests;
        long started = Stopwatch.GetTimestamp();
        int calls = 0;
        int matches = 0;
        long bytes = 0;
        for (string? token = null, next = ""; next is not null; token = next)
        {
            string query = $"queryListItems?listName=calls&pageSize=100{(where.Length == 0 ? "" : $"&where={Uri.EscapeDataString(where)}")}{(token is null ? "" : $"&pageToken={token}")}";
            byte[] page = await app.Api.GetByteArrayAsync(new Uri(query, UriKind.Relative));
            calls++;
            bytes += page.Length;
            using JsonDocument json = JsonDocument.Parse(page);
            matches += json.RootElement.GetProperty("items").EnumerateArray().Count(item => isWanted(item.GetProperty("data")));
            next = json.RootElement.GetProperty("nextPageToken").GetString();
        }

        return new Run(calls, app.SyncRequests - before, bytes, matches, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    private sealed record Run(int Calls, int SyncRequests, long Bytes, int Matches, double Milliseconds);
}
