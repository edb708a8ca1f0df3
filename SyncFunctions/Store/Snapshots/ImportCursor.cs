namespace SyncFunctions.Store.Snapshots;

/// <summary>Where an import is: all that it needs to go on elsewhere.</summary>
/// <param name="Lines">How many lines are done.</param>
/// <param name="Position">How many bytes these lines have.</param>
/// <param name="Kind">The kind of the object that is under way; <see langword="null"/> before the first.</param>
/// <param name="Sid">The SID of the object that is under way; <see langword="null"/> if it and its items are left out.</param>
/// <param name="LastIndex">The index of the latest item of the list that is under way; <see langword="null"/> before the first.</param>
/// <param name="Read">How much of each kind the lines had.</param>
/// <param name="Imported">How much of it is imported.</param>
/// <param name="Replaced">How many objects were removed to make room.</param>
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
    /// <summary>Gets the begin.</summary>
    public static ImportCursor Start { get; } = new(0, 0, null, null, null, SnapshotCounts.None, SnapshotCounts.None, 0, 0, 0, false);

    /// <summary>Gets what an import answers.</summary>
    public ImportedSnapshot Result => new(
        Imported.Documents, Imported.Lists, Imported.ListItems, Imported.Maps, Imported.MapItems, Imported.Streams, Imported.Permissions, Replaced, Skipped, Expired);
}

/// <summary>What an import did.</summary>
/// <param name="Permissions">Those of documents, lists and maps together.</param>
/// <param name="Replaced">How many objects were removed to make room.</param>
/// <param name="Skipped">How many objects were left out because their names were taken, or because they record jobs.</param>
/// <param name="Expired">How many objects and items were left out because they have expired.</param>
public sealed record ImportedSnapshot(
    long Documents, long Lists, long ListItems, long Maps, long MapItems, long Streams, long Permissions, long Replaced, long Skipped, long Expired);
