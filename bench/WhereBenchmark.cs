using System.Diagnostics;
using System.Text.Json;

namespace SyncFunctions.Benchmarks;

/// <summary>Finds a few items among many with a condition, compared with reading all items and filtering them in the caller.</summary>
internal static class WhereBenchmark
{
    public const string Name = "where";

    private const int Items = 10_000;

    private static readonly int[] Shares = [1_000, 100, 10, 2];

    public static async IAsyncEnumerable<BenchmarkRow> RunAsync()
    {
        await using BenchApp app = await BenchApp.StartAsync();
        await BenchApp.PostAsync(app.Sync, "Lists", ("UniqueName", "calls"));
        await Load.TimesAsync(Items, number => BenchApp.PostAsync(app.Sync, "Lists/calls/Items", ("Data", Call(number))));
        foreach (int share in Shares)
        {
            string where = $"rests.r{share} == 0";
            Func<JsonElement, bool> isWanted = data => data.GetProperty("rests").GetProperty($"r{share}").GetInt32() == 0;
            await MeasureAsync(app, "", isWanted);
            await MeasureAsync(app, where, _ => true);
            List<(Run Chosen, Run All)> rounds = [];
            for (int round = 0; round < BenchSettings.Rounds; round++)
            {
                Run all = await MeasureAsync(app, "", isWanted);
                Run chosen = await MeasureAsync(app, where, _ => true);
                if (all.Matches != Items / share || chosen.Matches != Items / share)
                {
                    throw new InvalidOperationException($"There are {Items / share} matches; the caller found {all.Matches}, the condition {chosen.Matches}.");
                }

                rounds.Add((chosen, all));
            }

            yield return Row("calls", "calls", run => run.Calls);
            yield return Row("requests to Sync", "requests", run => run.SyncRequests);
            yield return Row("bytes", "bytes", run => run.Bytes);
            yield return Row("time", "ms", run => run.Milliseconds);

            BenchmarkRow Row(string what, string unit, Func<Run, double> figure) => BenchmarkRow.Of(
                Name,
                $"{what}, one match in {share} of {Items:N0} items, vs. reading all",
                Comparison.Of([.. rounds.Select(round => (figure(round.Chosen), figure(round.All)))]),
                Better.Lower,
                unit);
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
