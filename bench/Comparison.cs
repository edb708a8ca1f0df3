using System.Globalization;

namespace SyncFunctions.Benchmarks;

/// <summary>A figure beside that of a peer, measured in turns within one run.</summary>
/// <param name="Ratio">The median of the rounds' ratios.</param>
/// <param name="Lowest">The lowest of them.</param>
/// <param name="Highest">The highest of them.</param>
internal sealed record Comparison(double Ratio, double Lowest, double Highest)
{
    /// <summary>How often each is measured.</summary>
    public const int Rounds = 5;

    /// <summary>Measures both in turns, and divides the first by the second.</summary>
    public static async Task<Comparison> RunAsync(Func<Task<double>> measure, Func<Task<double>> measurePeer)
    {
        List<double> ratios = [];
        for (int round = 0; round < Rounds; round++)
        {
            // Whoever comes first would profit, or suffer, from what the machine does meanwhile.
            bool isFirst = round % 2 == 0;
            double own = isFirst ? await measure() : 0;
            double peer = await measurePeer();
            own = isFirst ? own : await measure();
            ratios.Add(own / peer);
        }

        return Of(ratios);
    }

    /// <summary>Makes it of the rounds' ratios.</summary>
    public static Comparison Of(IReadOnlyCollection<double> ratios) => new(Load.Median(ratios), ratios.Min(), ratios.Max());

    /// <summary>Writes the ratio with its spread.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Ratio:0.00} ({Lowest:0.00} to {Highest:0.00})");
}
