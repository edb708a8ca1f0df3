using SyncFunctions.Client;

namespace SyncFunctions.Store.Statistics;

/// <summary>The summary of some numbers. All values except the count are JSON numbers, or JSON's <c>null</c> if there are no numbers to compute them from.</summary>
/// <param name="Count">How many numbers there are.</param>
/// <param name="Sum">Their sum, exact to the last digit; 0 for none.</param>
/// <param name="Min">The smallest number, as it is written.</param>
/// <param name="Max">The largest number, as it is written.</param>
/// <param name="Mean">The sum divided by the count, to at least 17 significant digits.</param>
/// <param name="P50">The 50th percentile: the smallest number such that at least half of the numbers do not exceed it (nearest rank).</param>
/// <param name="P95">The 95th percentile.</param>
/// <param name="P99">The 99th percentile.</param>
public record NumberSummary(
    long Count,
    [property: JsonHolds("number")] JsonText Sum,
    [property: JsonHolds("number", "null")] JsonText Min,
    [property: JsonHolds("number", "null")] JsonText Max,
    [property: JsonHolds("number", "null")] JsonText Mean,
    [property: JsonHolds("number", "null")] JsonText P50,
    [property: JsonHolds("number", "null")] JsonText P95,
    [property: JsonHolds("number", "null")] JsonText P99);

/// <summary>The summary of the numbers of a group.</summary>
public sealed record GroupSummary : NumberSummary
{
    /// <summary>Creates the summary of a group.</summary>
    public GroupSummary(JsonText group, NumberSummary summary)
        : base(summary) => Group = group;

    /// <summary>Gets the value that the group's items have in common; JSON's <c>null</c> for those without one.</summary>
    [JsonHolds]
    public JsonText Group { get; }
}

/// <summary>The summary of the numbers in a collection's items.</summary>
public sealed record CollectionSummary : NumberSummary
{
    /// <summary>Creates the summary of a collection.</summary>
    public CollectionSummary(long rows, NumberSummary summary, IReadOnlyList<GroupSummary> groups)
        : base(summary) => (Rows, Groups) = (rows, groups);

    /// <summary>Gets the number of items that were read, whether they count or not.</summary>
    public long Rows { get; }

    /// <summary>Gets the groups, in the order of their first items; none unless they were requested.</summary>
    public IReadOnlyList<GroupSummary> Groups { get; }
}
