namespace SyncFunctions.Benchmarks;

/// <summary>Compares the start of a process with that of another one: the time until its first answer, and the processor time that it has used by then.</summary>
internal static class Starts
{
    // More than elsewhere: a start is brief, and what else the machine does can make it a third longer.
    private static readonly int Rounds = 3 * BenchSettings.Rounds;

    /// <summary>Starts both, once to fill the caches and then in turns.</summary>
    /// <param name="target">The ratio of the times to reach.</param>
    public static async IAsyncEnumerable<BenchmarkRow> CompareAsync(
        string benchmark,
        string peer,
        double target,
        Func<Task<(TimeSpan Elapsed, TimeSpan Processor)>> start,
        Func<Task<(TimeSpan Elapsed, TimeSpan Processor)>> startPeer)
    {
        await start();
        await startPeer();
        IReadOnlyCollection<((TimeSpan Elapsed, TimeSpan Processor) Own, (TimeSpan Elapsed, TimeSpan Processor) Peer)> rounds =
            (await Comparison.InTurnsAsync(start, [startPeer], Rounds))[0];
        yield return BenchmarkRow.Of(
            benchmark,
            $"time, vs. {peer}",
            Comparison.Of([.. rounds.Select(round => (round.Own.Elapsed.TotalMilliseconds, round.Peer.Elapsed.TotalMilliseconds))]),
            Better.Lower,
            "ms",
            target);
        yield return BenchmarkRow.Of(
            benchmark,
            $"processor time, vs. {peer}",
            Comparison.Of([.. rounds.Select(round => (round.Own.Processor.TotalMilliseconds, round.Peer.Processor.TotalMilliseconds))]),
            Better.Lower,
            "ms");
    }
}
