using System.Globalization;
using System.Text.Json;

using SyncFunctions.Emulator;

namespace SyncFunctions.Benchmarks;

/// <summary>Measures the explorer in a real browser: its start, a list of 1,000,000 items compared with one of 100, and many realtime changes.</summary>
internal static class ExplorerBenchmark
{
    public const string Name = "explorer";

    private const int SmallItems = 100;

    private static readonly int LargeItems = BenchSettings.Count(1_000_000, 100_000);
    private static readonly int Changes = BenchSettings.Count(10_000, 2_000);
    private static readonly string Browser = Environment.GetEnvironmentVariable("BROWSER") ?? "/usr/bin/chromium";

    public static async IAsyncEnumerable<BenchmarkRow> RunAsync()
    {
        if (!File.Exists(Browser))
        {
            yield return BenchmarkRow.Remark(Name, "everything", $"skipped: there is no browser at {Browser}; set the environment variable BROWSER to another one");
            yield break;
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("syncfunctions-explorer-");
        try
        {
            if (await NodePackages.InstallAsync(".", folder) is { } reason)
            {
                yield return BenchmarkRow.Remark(Name, "everything", $"skipped: {reason}");
                yield break;
            }

            string dataFile = Path.Combine(folder.FullName, "sync.db");
            await LongLists.CreateAsync(dataFile, SmallItems, LargeItems);
            await using EmulatorServer emulator = await LongLists.StartAsync(dataFile);
            Results results = await MeasureAsync(folder, emulator.Url);
            yield return BenchmarkRow.Remark(
                Name,
                "start",
                string.Create(CultureInfo.InvariantCulture, $"{results.Files} files, {results.Kibibytes:0} KiB, first paint after {results.FirstPaint:0} ms, usable after {results.Usable:0} ms"));
            string peer = $"a list of {LargeItems:N0} items, vs. one of {SmallItems}";
            yield return BenchmarkRow.Of(Name, $"time until its rows show, {peer}", Compare(results.Times), Better.Lower, "ms");
            yield return BenchmarkRow.Of(Name, $"heap, {peer}", Compare(results.Heaps), Better.Lower, "MiB");
            yield return BenchmarkRow.Of(
                Name, $"heap after {Changes:N0} live changes of an open list, vs. that before", Comparison.Of([(results.HeapAfter, results.HeapBefore)]), Better.Lower, "MiB");
            yield return BenchmarkRow.Remark(
                Name,
                $"{Changes:N0} live changes",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"written in {results.Written:0.0} s, shown after {results.Shown:0.0} s; {results.SlowFrames} of {results.Frames} frames took more than 50 ms, the longest {results.LongestFrame:0} ms"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Comparison Compare(double[][] rounds) => Comparison.Of([.. rounds.Select(round => (round[1], round[0]))]);

    // Drives the browser with the package that the tests also use.
    private static async Task<Results> MeasureAsync(DirectoryInfo folder, Uri url)
    {
        (int exitCode, string output) = await Programs.RunAsync(folder, "node", ["explorer.mjs"],
        [
            ("BROWSER", Browser), ("SYNC_URL", url.GetLeftPart(UriPartial.Authority)), ("SMALL", LongLists.NameOf(SmallItems)), ("LARGE", LongLists.NameOf(LargeItems)),
            ("CHANGES", Changes.ToString(CultureInfo.InvariantCulture)), ("ROUNDS", BenchSettings.Rounds.ToString(CultureInfo.InvariantCulture)),
        ]);
        return exitCode == 0
            ? JsonSerializer.Deserialize<Results>(output, JsonSerializerOptions.Web)!
            : throw new InvalidOperationException($"explorer.mjs ended with {exitCode}: {output}");
    }

    /// <summary>What <c>explorer.mjs</c> writes. Of the pairs, the first value is that of the small list.</summary>
    private sealed record Results(
        int Files, double Kibibytes, double FirstPaint, double Usable, double[][] Times, double[][] Heaps, double HeapBefore, double HeapAfter, double Written, double Shown,
        int Frames, int SlowFrames, double LongestFrame);
}
