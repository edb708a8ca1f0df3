using System.Collections.Concurrent;

namespace SyncFunctions.Fuzz;

/// <summary>The result of a campaign.</summary>
/// <param name="Answers">The number of responses by status.</param>
/// <param name="Findings">The errors found: responses of 500 or above, requests without a response, exceptions in the log, changed data.</param>
internal sealed record CampaignReport(string Name, int Size, int Seed, IReadOnlyDictionary<string, int> Answers, IReadOnlyList<string> Findings)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}: {Size} inputs of seed {Seed}, {Findings.Count} findings; "
        + string.Join(", ", Answers.OrderBy(answer => answer.Key, StringComparer.Ordinal).Select(answer => $"{answer.Key} x {answer.Value}"));
}

/// <summary>Sends generated input to its own app. Input number n of a seed is always the same.</summary>
internal abstract class Campaign
{
    private const int Senders = 16;

    private static readonly Dictionary<string, Func<FuzzTarget, Campaign>> All = new(StringComparer.Ordinal)
    {
        ["functions"] = target => new FunctionsCampaign(target),
        ["rest"] = target => new RestCampaign(target),
        ["realtime"] = target => new RealtimeCampaign(target),
    };

    private readonly ConcurrentDictionary<string, int> answers = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> findings = new();

    /// <summary>Gets the names of the campaigns.</summary>
    public static IReadOnlyCollection<string> Names => All.Keys;

    /// <summary>Runs a campaign.</summary>
    /// <param name="size">How many inputs to send.</param>
    public static async Task<CampaignReport> RunAsync(string name, int size, int seed)
    {
        await using FuzzTarget target = await FuzzTarget.StartAsync();
        string before = await target.ReadKnownDataAsync();
        Campaign campaign = All[name](target);
        int next = -1;
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(async () =>
        {
            using IDisposable? sender = await campaign.OpenAsync();
            for (int number; (number = Interlocked.Increment(ref next)) < size;)
            {
                await campaign.SendAsync(new Hostile(new Random(SeedOf(seed, number))), number, sender);
            }
        })));

        string after = await target.ReadKnownDataAsync();
        string[] changes = before == after ? [] : [$"known data changed from {before} to {after}"];
        return new CampaignReport(name, size, seed, campaign.answers, [.. campaign.findings, .. target.LoggedFaults, .. changes]);
    }

    /// <summary>Opens the state of one sender, such as a connection; <see langword="null"/> if it has none.</summary>
    protected virtual Task<IDisposable?> OpenAsync() => Task.FromResult<IDisposable?>(null);

    /// <summary>Sends one input.</summary>
    protected abstract Task SendAsync(Hostile made, int number, IDisposable? sender);

    /// <summary>Counts a response, and records it if it is an error.</summary>
    protected void Count(int number, string input, int status)
    {
        answers.AddOrUpdate($"{status}", 1, (_, count) => count + 1);
        if (status >= 500)
        {
            findings.Enqueue($"{number}: {status} for {input}");
        }
    }

    /// <summary>Counts an outcome without a status.</summary>
    protected void Count(string answer) => answers.AddOrUpdate(answer, 1, (_, count) => count + 1);

    /// <summary>Records an error.</summary>
    protected void Find(int number, string finding) => findings.Enqueue($"{number}: {finding}");

    // HashCode.Combine differs from run to run.
    private static int SeedOf(int seed, int number) => unchecked((seed * 1_000_003) + number);
}
