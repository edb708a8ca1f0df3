using System.Globalization;
using System.Text;

using SyncFunctions.Store.Json;
using SyncFunctions.Store.Statistics;

namespace SyncFunctions.Tests.Store.Statistics;

/// <summary>The sketch of more numbers than can be stored.</summary>
public sealed class NumberSketchTests
{
    /// <summary>Numbers of many kinds, each with the error that the sketch of them may have.</summary>
    public static TheoryData<string, double> Kinds => new()
    {
        { "milliseconds", 0.01 },
        { "one value", 0.01 },
        { "both signs", 0.02 },
        { "zeros", 0.01 },
        { "17 magnitudes", 0.04 },
        { "all magnitudes", 1 },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Percentiles_are_off_by_no_more_than_it_says(string kind, double largestError)
    {
        double[] numbers = Numbers(kind);
        NumberSketch sketch = Of(numbers);

        NumberSummary summary = sketch.Summarize();

        sketch.Error.Should().BeLessThanOrEqualTo(largestError * 1.001);
        Array.Sort(numbers);
        summary.Count.Should().Be(numbers.Length);
        Value(summary.Min.GetRawText()).Should().Be(numbers[0]);
        Value(summary.Max.GetRawText()).Should().Be(numbers[^1]);
        foreach ((int percent, string estimate) in ((int, string)[])[(50, summary.P50.GetRawText()), (95, summary.P95.GetRawText()), (99, summary.P99.GetRawText())])
        {
            double exact = numbers[(int)Math.Ceiling(numbers.Length * percent / 100.0) - 1];
            Math.Abs(Value(estimate) - exact).Should().BeLessThanOrEqualTo(Math.Abs(exact) * sketch.Error * 1.000001, "p{0} is {1}, estimated as {2}", percent, exact, estimate);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Its_state_is_small_and_can_be_continued(string kind, double largestError)
    {
        double[] numbers = Numbers(kind);
        NumberSketch whole = Of(numbers);
        NumberSketch stepwise = new();
        foreach (double[] step in numbers.Chunk(1000))
        {
            stepwise = NumberSketch.Parse(stepwise.ToJson());
            Add(stepwise, step);
            Encoding.UTF8.GetByteCount(stepwise.ToJson()).Should().BeLessThan(10 * 1024);
        }

        stepwise.ToJson().Should().Be(whole.ToJson());
        stepwise.Error.Should().BeLessThanOrEqualTo(largestError * 1.001);
    }

    [Fact]
    public void Sums_are_exact_to_the_last_digit_and_may_grow_beyond_a_double()
    {
        NumberSketch sketch = new();
        foreach (string number in (string[])["1e308", "9e307", "1e308", "0.1", "9007199254740993"])
        {
            sketch.Add(JsonNumber.Parse(number)!.Value, number);
            sketch = NumberSketch.Parse(sketch.ToJson());
        }

        string sum = sketch.Summarize().Sum.GetRawText();
        sum.Should().StartWith("29").And.EndWith("9007199254740993.1").And.HaveLength(311);
    }

    [Fact]
    public void Of_no_numbers_nothing_is_known()
    {
        NumberSummary summary = NumberSketch.Parse(new NumberSketch().ToJson()).Summarize();

        (summary.Count, summary.Sum.GetRawText(), summary.P99.GetRawText()).Should().Be((0, "0", "null"));
    }

    private static double[] Numbers(string kind)
    {
        Random random = new(11);
        return kind switch
        {
            "milliseconds" => [.. Enumerable.Range(0, 20_000).Select(_ => Math.Round(Math.Exp(random.NextDouble() * 9), 3))],
            "one value" => [.. Enumerable.Repeat(42.5, 5000)],
            "both signs" => [.. Enumerable.Range(0, 20_000).Select(_ => (random.NextDouble() * 2000) - 1500)],
            "17 magnitudes" => [.. Enumerable.Range(0, 20_000).Select(_ => Math.Pow(10, random.NextDouble() * 17))],
            "zeros" => [.. Enumerable.Range(0, 10_000).Select(i => i % 3 == 0 ? 0 : (double)(i % 100))],
            _ => [.. Enumerable.Range(0, 20_000).Select(_ => Math.Pow(10, (random.NextDouble() * 600) - 300) * (random.Next(2) == 0 ? 1 : -1)), double.MaxValue, double.Epsilon],
        };
    }

    private static NumberSketch Of(double[] numbers)
    {
        NumberSketch sketch = new();
        Add(sketch, numbers);
        return sketch;
    }

    private static void Add(NumberSketch sketch, double[] numbers)
    {
        foreach (double number in numbers)
        {
            string written = number.ToString("R", CultureInfo.InvariantCulture);
            sketch.Add(JsonNumber.Parse(written)!.Value, written);
        }
    }

    private static double Value(string json) => double.Parse(json, CultureInfo.InvariantCulture);
}
