using SyncFunctions.Client;

namespace SyncFunctions.Store.Statistics;

/// <summary>What is known of some numbers. All but the count are JSON numbers; those that no number makes are JSON's <c>null</c>.</summary>
/// <param name="Count">How many numbers there are.</param>
/// <param name="Sum">Their sum, exact to the last digit; 0 for none.</param>
/// <param name="Min">The smallest, as it is written.</param>
/// <param name="Max">The largest, as it is written.</param>
/// <param name="Mean">The sum divided by the count, to 17 significant digits or more.</param>
/// <param name="P50">The 50th percentile: the smallest of the numbers that half of them do not exceed (nearest rank).</param>
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

/// <summary>What is known of the numbers of a group.</summary>
public sealed record GroupSummary : NumberSummary
{
    /// <summary>Creates the summary of a group.</summary>
    public GroupSummary(JsonText group, NumberSummary summary)
        : base(summary) => Group = group;

    /// <summary>Gets the value that the group's items have in common; JSON's <c>null</c> for those without one.</summary>
    [JsonHolds]
    public JsonText Group { get; }
}

/// <summary>What is known of the numbers in a collection's items.</summary>
public sealed record CollectionSummary : NumberSummary
{
    /// <summary>Creates the summary of a collection.</summary>
    public CollectionSummary(long rows, NumberSummary summary, IReadOnlyList<GroupSummary> groups)
        : base(summary) => (Rows, Groups) = (rows, groups);

    /// <summary>Gets how many items were gone through, whether they count or not.</summary>
    public long Rows { get; }

    /// <summary>Gets the groups, in the order of their first items; none if none were asked for.</summary>
    public IReadOnlyList<GroupSummary> Groups { get; }
}
