using System.Globalization;

namespace SyncFunctions.Benchmarks;

/// <summary>A figure compared with that of a peer, measured in turns within one run.</summary>
/// <param name="Ratio">The median of the rounds' ratios.</param>
/// <param name="Lowest">The lowest of them.</param>
/// <param name="Highest">The highest of them.</param>
/// <param name="Rounds">How often both were measured.</param>
/// <param name="Own">The median of the figure.</param>
/// <param name="Peer">The median of the peer's figure.</param>
internal sealed record Comparison(double Ratio, double Lowest, double Highest, int Rounds, double Own, double Peer)
{
    /// <summary>Measures a figure and that of its peer in turns.</summary>
    public static async Task<Comparison> RunAsync(Func<Task<double>> measure, Func<Task<double>> measurePeer) =>
        (await RunAsync(measure, [measurePeer], BenchSettings.Rounds))[0];

    /// <summary>Measures a figure and those of its peers in turns.</summary>
    /// <returns>A comparison with each of the peers.</returns>
    public static async Task<IReadOnlyList<Comparison>> RunAsync(Func<Task<double>> measure, IReadOnlyList<Func<Task<double>>> measurePeers, int rounds) =>
        [.. (await InTurnsAsync(measure, measurePeers, rounds)).Select(Of)];

    /// <summary>Measures something and its peers in turns.</summary>
    /// <returns>For each of the peers, the rounds' results beside those of the peer.</returns>
    public static async Task<IReadOnlyList<IReadOnlyCollection<(T Own, T Peer)>>> InTurnsAsync<T>(
        Func<Task<T>> measure, IReadOnlyList<Func<Task<T>>> measurePeers, int rounds)
    {
        List<(T Own, T Peer)>[] results = [.. measurePeers.Select(_ => new List<(T, T)>())];
        for (int round = 0; round < rounds; round++)
        {
            // What runs first may gain or lose by what the machine does meanwhile.
            bool isFirst = round % 2 == 0;
            Func<Task<T>>[] order = isFirst ? [measure, .. measurePeers] : [.. measurePeers, measure];
            List<T> measured = [];
            foreach (Func<Task<T>> next in order)
            {
                measured.Add(await next());
            }

            for (int i = 0; i < results.Length; i++)
            {
                results[i].Add((measured[isFirst ? 0 : ^1], measured[isFirst ? i + 1 : i]));
            }
        }

        return results;
    }

    /// <summary>Summarizes the figures of all rounds.</summary>
    public static Comparison Of(IReadOnlyCollection<(double Own, double Peer)> rounds)
    {
        double[] ratios = [.. rounds.Select(round => round.Own / round.Peer)];
        return new Comparison(
            Load.Median(ratios), ratios.Min(), ratios.Max(), ratios.Length, Load.Median(rounds.Select(round => round.Own)), Load.Median(rounds.Select(round => round.Peer)));
    }

    /// <summary>Writes the ratio with its spread.</summary>
    public override string ToString() => $"{Text(Ratio)} ({Text(Lowest)} to {Text(Highest)}, rounds: {Rounds})";

    private static string Text(double ratio) => ratio.ToString(ratio >= 0.1 ? "0.00" : "0.0000", CultureInfo.InvariantCulture);
}
