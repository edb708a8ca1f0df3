using System.Globalization;

namespace SyncFunctions.Benchmarks;

/// <summary>Prints the results.</summary>
internal static class Report
{
    /// <summary>Prints a row: its ratio with the spread, the ratio to reach, and both figures.</summary>
    public static void Print(BenchmarkRow row)
    {
        if (row.Ratio is not { } ratio)
        {
            Console.WriteLine($"  {row.Name,-72} {row.Note}");
            return;
        }

        string target = row.Target is { } value ? string.Create(CultureInfo.InvariantCulture, $"to reach {(row.Better == Better.Higher ? "≥" : "≤")} {value}") : "";
        Console.WriteLine($"  {row.Name,-72} {ratio,-38} {target,-16} {Figure(ratio.Own)} vs. {Figure(ratio.Peer)} {row.Note}");
    }

    private static string Figure(double value) => value.ToString(Math.Abs(value) >= 100 ? "N0" : "0.###", CultureInfo.InvariantCulture);
}
