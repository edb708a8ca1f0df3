namespace SyncFunctions.Benchmarks;

/// <summary>Which ratio is better.</summary>
internal enum Better
{
    /// <summary>The higher one, as for calls a second.</summary>
    Higher,

    /// <summary>The lower one, as for times.</summary>
    Lower,
}

/// <summary>A result: one figure compared with that of its peer.</summary>
/// <param name="Benchmark">The benchmark that it belongs to.</param>
/// <param name="Name">What was measured, and compared with what; unique within the benchmark.</param>
/// <param name="Ratio">The figure divided by the peer's; <see langword="null"/> if it was not measured.</param>
/// <param name="Target">The ratio to reach; <see langword="null"/> if there is none.</param>
/// <param name="Note">The unit of the figures; why there is no ratio, if there is none.</param>
internal sealed record BenchmarkRow(string Benchmark, string Name, Comparison? Ratio, Better Better, double? Target, string Note)
{
    /// <summary>Gets the name under which the baseline keeps it.</summary>
    public string Key => $"{Benchmark}: {Name}";

    /// <summary>Creates a row with a ratio.</summary>
    /// <param name="unit">The unit of the figures.</param>
    public static BenchmarkRow Of(string benchmark, string name, Comparison ratio, Better better, string unit, double? target = null) =>
        new(benchmark, name, ratio, better, target, unit);

    /// <summary>Creates a row for something that was not compared.</summary>
    /// <param name="text">Why not, or what is to be said instead.</param>
    public static BenchmarkRow Remark(string benchmark, string name, string text) => new(benchmark, name, null, Better.Higher, null, text);
}
