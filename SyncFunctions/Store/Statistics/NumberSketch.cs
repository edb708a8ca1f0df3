using System.Globalization;
using System.Text;
using System.Text.Json;

using SyncFunctions.Client;
using SyncFunctions.Store.Json;

namespace SyncFunctions.Store.Statistics;

/// <summary>
/// Summarizes any number of numbers, in a state of a few KiB that can be saved, loaded and merged. Count, sum, minimum, maximum and mean are exact.
/// Percentiles may be off by a fraction of their value, <see cref="Error"/>. It is 1% if the largest magnitude is at most 28,000 times the smallest, and
/// doubles each time that the logarithm of this ratio doubles: for 17 orders of magnitude it is 4%.
/// </summary>
/// <remarks>
/// A histogram with buckets whose bounds grow by a constant factor. If there are too many buckets, each two neighbours become one, and the factor is
/// squared.
/// </remarks>
/// <seealso href="https://arxiv.org/abs/2004.08604">Epicoco et al., UDDSketch: Accurate Tracking of Quantiles in Data Streams</seealso>
internal sealed class NumberSketch
{
    /// <summary>The maximum number of buckets.</summary>
    public const int MaximumBuckets = 512;

    private const double FirstError = 0.01;

    // The logarithm of the factor between the bounds of adjacent buckets.
    private static readonly double FirstLogarithm = Math.Log((1 + FirstError) / (1 - FirstError));

    private SortedDictionary<int, long> negatives = [];
    private SortedDictionary<int, long> positives = [];
    private long zeros;
    private int level;
    private JsonNumber sum;
    private (JsonNumber Value, string Written)? min;
    private (JsonNumber Value, string Written)? max;

    /// <summary>Gets the count of the numbers.</summary>
    public long Count { get; private set; }

    /// <summary>Gets the fraction of its value by which a percentile may be off.</summary>
    public double Error => Math.Tanh(Logarithm / 2);

    private double Logarithm => FirstLogarithm * Math.Pow(2, level);

    /// <summary>Adds a number.</summary>
    /// <param name="written">The number as it is written.</param>
    public void Add(JsonNumber number, string written)
    {
        double near = double.Parse(written, CultureInfo.InvariantCulture);
        Count++;
        sum += number;
        min = min is { } smallest && smallest.Value.CompareTo(number) <= 0 ? min : (number, written);
        max = max is { } largest && largest.Value.CompareTo(number) >= 0 ? max : (number, written);
        if (near == 0)
        {
            zeros++;
            return;
        }

        Add(near > 0 ? positives : negatives, (int)Math.Ceiling(Math.Log(Math.Abs(near)) / Logarithm), 1);
        Shrink();
    }

    /// <summary>Gets the summary of the numbers.</summary>
    public NumberSummary Summarize() => min is not { } smallest || max is not { } largest
        ? new NumberSummary(0, new JsonText("0"), default, default, default, default, default, default)
        : new NumberSummary(
            Count, new JsonText(sum.ToString()), new JsonText(smallest.Written), new JsonText(largest.Written), new JsonText(sum.DividedBy(Count).ToString()),
            Percentile(50), Percentile(95), Percentile(99));

    /// <summary>Writes the state as JSON, of less than 10 KiB if no number is longer than 100 digits.</summary>
    public string ToJson()
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter json = new(text))
        {
            json.WriteStartObject();
            json.WriteNumber("level", level);
            json.WriteNumber("count", Count);
            json.WriteNumber("zeros", zeros);
            WriteRaw(json, "sum", sum.ToString());
            WriteRaw(json, "min", min?.Written ?? "null");
            WriteRaw(json, "max", max?.Written ?? "null");
            WriteBuckets(json, "negatives", negatives);
            WriteBuckets(json, "positives", positives);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>Loads a state that <see cref="ToJson"/> wrote.</summary>
    public static NumberSketch Parse(string state)
    {
        using JsonDocument json = JsonDocument.Parse(state);
        JsonElement root = json.RootElement;
        return new NumberSketch
        {
            level = root.GetProperty("level").GetInt32(),
            Count = root.GetProperty("count").GetInt64(),
            zeros = root.GetProperty("zeros").GetInt64(),
            // The sum may be larger than the numbers that are accepted in data.
            sum = JsonNumber.ParseSum(root.GetProperty("sum").GetRawText()),
            min = ReadNumber(root.GetProperty("min")),
            max = ReadNumber(root.GetProperty("max")),
            negatives = ReadBuckets(root.GetProperty("negatives")),
            positives = ReadBuckets(root.GetProperty("positives")),
        };
    }

    private JsonText Percentile(int percent)
    {
        long rank = Ranks.Of(percent, Count);
        if (rank == 1 || rank == Count)
        {
            return new JsonText((rank == 1 ? min : max)!.Value.Written);
        }

        foreach ((double value, long count) in InOrder())
        {
            rank -= count;
            if (rank <= 0)
            {
                return new JsonText(Within(value).ToString("R", CultureInfo.InvariantCulture));
            }
        }

        return new JsonText(max!.Value.Written);
    }

    private IEnumerable<(double Value, long Count)> InOrder() =>
    [
        .. negatives.Reverse().Select(bucket => (-Middle(bucket.Key), bucket.Value)),
        (0, zeros),
        .. positives.Select(bucket => (Middle(bucket.Key), bucket.Value)),
    ];

    // The value with the same relative distance from the bucket's lower and upper bounds.
    private double Middle(int bucket) => Math.Exp((bucket * Logarithm) - Math.Log((1 + Math.Exp(Logarithm)) / 2));

    private double Within(double value) => Math.Clamp(
        value, double.Parse(min!.Value.Written, CultureInfo.InvariantCulture), double.Parse(max!.Value.Written, CultureInfo.InvariantCulture));

    private void Shrink()
    {
        while (positives.Count + negatives.Count > MaximumBuckets)
        {
            level++;
            positives = Coarser(positives);
            negatives = Coarser(negatives);
        }
    }

    private static SortedDictionary<int, long> Coarser(SortedDictionary<int, long> buckets)
    {
        SortedDictionary<int, long> coarser = [];
        foreach ((int bucket, long count) in buckets)
        {
            // Half, rounded up.
            Add(coarser, (bucket + 1) >> 1, count);
        }

        return coarser;
    }

    private static void Add(SortedDictionary<int, long> buckets, int bucket, long count) =>
        buckets[bucket] = buckets.GetValueOrDefault(bucket) + count;

    private static void WriteRaw(Utf8JsonWriter json, string name, string value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value);
    }

    // The first bucket, then each bucket's distance from the previous one; each with its count.
    private static void WriteBuckets(Utf8JsonWriter json, string name, SortedDictionary<int, long> buckets)
    {
        json.WriteStartArray(name);
        int before = 0;
        foreach ((int bucket, long count) in buckets)
        {
            json.WriteNumberValue(bucket - before);
            json.WriteNumberValue(count);
            before = bucket;
        }

        json.WriteEndArray();
    }

    private static SortedDictionary<int, long> ReadBuckets(JsonElement written)
    {
        SortedDictionary<int, long> buckets = [];
        int bucket = 0;
        foreach (JsonElement[] pair in written.EnumerateArray().Chunk(2))
        {
            bucket += pair[0].GetInt32();
            buckets[bucket] = pair[1].GetInt64();
        }

        return buckets;
    }

    private static (JsonNumber Value, string Written)? ReadNumber(JsonElement written) =>
        JsonNumber.Parse(written.GetRawText()) is { } number ? (number, written.GetRawText()) : null;
}
