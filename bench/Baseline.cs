using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SyncFunctions.Benchmarks;

/// <summary>The ratios of an earlier run, in <c>baseline.json</c> beside the source.</summary>
internal static class Baseline
{
    /// <summary>By how much a ratio may be worse.</summary>
    private const double Tolerance = 0.2;

    private static readonly JsonSerializerOptions Format = new(JsonSerializerOptions.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    private static readonly string File = Path.Combine(SourceTree.Bench, "baseline.json");

    /// <summary>Gets whether there is one.</summary>
    public static bool Exists => System.IO.File.Exists(File);

    /// <summary>Writes the ratios of a run. The rows of benchmarks that did not run stay as they were.</summary>
    /// <param name="benchmarks">The benchmarks that ran.</param>
    public static void Save(IEnumerable<string> benchmarks, IEnumerable<BenchmarkRow> rows)
    {
        SortedDictionary<string, Entry> entries = new(Read(), StringComparer.Ordinal);
        foreach (string key in entries.Keys.Where(key => IsOf(benchmarks, key)).ToList())
        {
            entries.Remove(key);
        }

        foreach (BenchmarkRow row in rows)
        {
            if (row.Ratio is { } ratio)
            {
                entries[row.Key] = new Entry(Math.Round(ratio.Ratio, 4), row.Better);
            }
        }

        System.IO.File.WriteAllText(File, JsonSerializer.Serialize(entries, Format) + "\n");
        Console.WriteLine($"\n{File} has {entries.Count} ratios now.");
    }

    /// <summary>Compares a run with it, and prints what is worse, and what could not be compared.</summary>
    /// <param name="benchmarks">The benchmarks that ran.</param>
    /// <returns>Whether no ratio is worse by more than a fifth, and at least one was compared.</returns>
    public static bool Check(IEnumerable<string> benchmarks, IReadOnlyCollection<BenchmarkRow> rows)
    {
        Console.WriteLine("\nCompared with the baseline");
        Dictionary<string, Entry> entries = Read();
        Dictionary<string, double> measured = rows.Where(row => row.Ratio is not null).ToDictionary(row => row.Key, row => row.Ratio!.Ratio);
        int compared = 0;
        int worse = 0;
        foreach ((string key, Entry entry) in entries.Where(entry => IsOf(benchmarks, entry.Key)))
        {
            if (!measured.TryGetValue(key, out double ratio))
            {
                Console.WriteLine($"  not measured: {key}");
                continue;
            }

            compared++;
            double limit = entry.Better == Better.Higher ? entry.Ratio * (1 - Tolerance) : entry.Ratio * (1 + Tolerance);
            if (entry.Better == Better.Higher ? ratio < limit : ratio > limit)
            {
                worse++;
                Console.WriteLine($"  worse: {key}: {ratio:0.00##}, in the baseline {entry.Ratio:0.00##}");
            }
        }

        foreach (string key in measured.Keys.Except(entries.Keys))
        {
            Console.WriteLine($"  not in the baseline: {key}");
        }

        Console.WriteLine($"  {compared} ratios compared, {worse} worse by more than a fifth");
        return compared > 0 && worse == 0;
    }

    private static bool IsOf(IEnumerable<string> benchmarks, string key) =>
        benchmarks.Any(name => key.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase));

    private static Dictionary<string, Entry> Read() =>
        Exists ? JsonSerializer.Deserialize<Dictionary<string, Entry>>(System.IO.File.ReadAllText(File), Format)! : [];

    private sealed record Entry(double Ratio, Better Better);
}
