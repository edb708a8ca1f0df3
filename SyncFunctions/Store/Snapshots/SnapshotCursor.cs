namespace SyncFunctions.Store.Snapshots;

/// <summary>The position of an export: everything that another process needs to continue it.</summary>
/// <param name="Kind">The current kind of objects: <see cref="SnapshotKind.Header"/> before and <see cref="SnapshotKind.End"/> after all of them.</param>
/// <param name="PageToken">The current page of objects, or <see langword="null"/> for the first.</param>
/// <param name="Done">The SIDs of the objects of the page that are written.</param>
/// <param name="Current">The SID of the current object, or <see langword="null"/> between two objects.</param>
/// <param name="HasPermissions">Whether the current object's permissions are written.</param>
/// <param name="PartToken">The page of the current object's permissions or items, or <see langword="null"/> for the first.</param>
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
    /// <summary>Gets the start.</summary>
    public static SnapshotCursor Start { get; } = new(SnapshotKind.Header, null, [], null, false, null, SnapshotCounts.None, 0, false);
}
