namespace SyncFunctions.Store.Snapshots;

/// <summary>Where an export is: all that it needs to go on elsewhere.</summary>
/// <param name="Kind">The kind of objects that is under way: <see cref="SnapshotKind.Header"/> before, <see cref="SnapshotKind.End"/> after all of them.</param>
/// <param name="PageToken">The page of objects that is under way; <see langword="null"/> for the first.</param>
/// <param name="Done">The SIDs of those objects of the page that are written.</param>
/// <param name="Current">The SID of the object that is under way; <see langword="null"/> between two.</param>
/// <param name="HasPermissions">Whether the current object's permissions are written.</param>
/// <param name="PartToken">The page of the current object's permissions or items; <see langword="null"/> for the first.</param>
/// <param name="Lines">How many lines are written.</param>
/// <param name="IsComplete">Whether the last line is written.</param>
internal sealed record SnapshotCursor(
    SnapshotKind Kind,
    string? PageToken,
    IReadOnlyList<string> Done,
    string? Current,
    bool HasPermissions,
    string? PartToken,
    SnapshotCounts Counts,
    long Lines,
    bool IsComplete)
{
    /// <summary>Gets the begin.</summary>
    public static SnapshotCursor Start { get; } = new(SnapshotKind.Header, null, [], null, false, null, SnapshotCounts.None, 0, false);
}
