namespace SyncFunctions.Store.Snapshots;

/// <summary>How many there are of each kind.</summary>
/// <param name="Permissions">The permissions of documents, lists and maps together.</param>
public sealed record SnapshotCounts(long Documents, long Lists, long ListItems, long Maps, long MapItems, long Streams, long Permissions)
{
    /// <summary>Gets zero of each kind.</summary>
    public static SnapshotCounts None { get; } = new(0, 0, 0, 0, 0, 0, 0);

    /// <summary>Counts one more.</summary>
    internal SnapshotCounts With(SnapshotKind kind) => kind switch
    {
        SnapshotKind.Document => this with { Documents = Documents + 1 },
        SnapshotKind.List => this with { Lists = Lists + 1 },
        SnapshotKind.ListItem => this with { ListItems = ListItems + 1 },
        SnapshotKind.Map => this with { Maps = Maps + 1 },
        SnapshotKind.MapItem => this with { MapItems = MapItems + 1 },
        SnapshotKind.Stream => this with { Streams = Streams + 1 },
        SnapshotKind.Permission => this with { Permissions = Permissions + 1 },
        _ => this,
    };
}
