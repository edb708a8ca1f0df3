using SyncFunctions.Client;
using SyncFunctions.Store.Json;

namespace SyncFunctions.Store.Statistics;

/// <summary>Summarizes numbers exactly, and keeps all of them. For thousands of numbers, not for millions.</summary>
internal sealed class ExactNumbers
{
    private readonly List<(JsonNumber Value, string Written)> numbers = [];
    private JsonNumber sum;

    /// <summary>Adds a number.</summary>
    /// <param name="written">The number as it is written.</param>
    public void Add(JsonNumber number, string written)
    {
        numbers.Add((number, written));
        sum += number;
    }

    /// <summary>Gets the summary of the numbers.</summary>
    public NumberSummary Summarize()
    {
        numbers.Sort((one, other) => one.Value.CompareTo(other.Value));
        return numbers.Count == 0
            ? new NumberSummary(0, new JsonText("0"), default, default, default, default, default, default)
            : new NumberSummary(
                numbers.Count, new JsonText(sum.ToString()), new JsonText(numbers[0].Written), new JsonText(numbers[^1].Written), new JsonText(sum.DividedBy(numbers.Count).ToString()),
                Percentile(50), Percentile(95), Percentile(99));
    }

    private JsonText Percentile(int percent) => new JsonText(numbers[Ranks.Of(percent, numbers.Count) - 1].Written);
}

/// <summary>The ranks of percentiles among sorted numbers.</summary>
internal static class Ranks
{
    /// <summary>Gets the nearest rank, from 1: the smallest count that is at least this percentage of the numbers.</summary>
    /// <param name="count">The count of the numbers, at least one.</param>
    public static int Of(int percent, int count) => (int)Of(percent, (long)count);

    /// <inheritdoc cref="Of(int, int)"/>
    public static long Of(int percent, long count) => Math.Max(1, (long)(((Int128)count * percent + 99) / 100));
}
