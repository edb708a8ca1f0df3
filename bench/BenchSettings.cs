namespace SyncFunctions.Benchmarks;

/// <summary>How long and how often everything is measured.</summary>
internal static class BenchSettings
{
    /// <summary>Gets or sets whether this run only shows that the benchmarks work; its figures are not to be used.</summary>
    public static bool IsShort { get; set; }

    /// <summary>Gets how often each figure is measured, in turns with its peer.</summary>
    public static int Rounds => IsShort ? 1 : 5;

    /// <summary>Gets how often a figure is measured if five rounds would take longer than three minutes.</summary>
    public static int LongRounds => IsShort ? 1 : 3;

    /// <summary>Gets how long a load lasts.</summary>
    public static TimeSpan LoadLength => TimeSpan.FromSeconds(IsShort ? 0.3 : 2);

    /// <summary>Chooses a number of calls, items or connections.</summary>
    /// <param name="usual">The number in a usual run.</param>
    /// <param name="brief">The number in a short run.</param>
    public static int Count(int usual, int brief) => IsShort ? brief : usual;
}
