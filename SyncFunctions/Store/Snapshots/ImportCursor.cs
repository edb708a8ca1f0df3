namespace SyncFunctions.Store.Snapshots;

/// <summary>The position of an import: everything that another process needs to continue it.</summary>
/// <param name="Lines">How many lines are done.</param>
/// <param name="Position">The size of these lines in bytes.</param>
/// <param name="Kind">The kind of the current object, or <see langword="null"/> before the first.</param>
/// <param name="Sid">The SID of the current object, or <see langword="null"/> if it and its items are left out.</param>
/// <param name="LastIndex">The index of the latest item of the current list, or <see langword="null"/> before the first.</param>
/// <param name="Read">How many of each kind were in the lines.</param>
/// <param name="Imported">How many of each kind were imported.</param>
/// <param name="Replaced">How many objects were removed and replaced.</param>
/// <param name="Skipped">How many objects were left out because their names were taken, or because they record jobs.</param>
/// <param name="Expired">How many objects and items were left out because they have expired.</param>
/// <param name="IsComplete">Whether the last line is done.</param>
internal sealed record ImportCursor(
    long Lines,
    long Position,
    SnapshotKind? Kind,
    string? Sid,
    long? LastIndex,
    SnapshotCounts Read,
    SnapshotCounts Imported,
    long Replaced,
    long Skipped,
    long Expired,
    bool IsComplete)
{
    /// <summary>Gets the start.</summary>
    public static ImportCursor Start { get; } = new(0, 0, null, null, null, SnapshotCounts.None, SnapshotCounts.None, 0, 0, 0, false);

    /// <summary>Gets the result of the import.</summary>
    public ImportedSnapshot Result => new(
        Imported.Documents, Imported.Lists, Imported.ListItems, Imported.Maps, Imported.MapItems, Imported.Streams, Imported.Permissions, Replaced, Skipped, Expired);
}

/// <summary>The result of an import.</summary>
/// <param name="Permissions">The permissions of documents, lists and maps together.</param>
/// <param name="Replaced">How many objects were removed and replaced.</param>
/// <param name="Skipped">How many objects were left out because their names were taken, or because they record jobs.</param>
/// <param name="Expired">How many objects and items were left out because they have expired.</param>
public sealed record ImportedSnapshot(
    long Documents, long Lists, long ListItems, long Maps, long MapItems, long Streams, long Permissions, long Replaced, long Skipped, long Expired);
