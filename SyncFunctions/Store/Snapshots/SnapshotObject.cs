using SyncFunctions.Client;

namespace SyncFunctions.Store.Snapshots;

/// <summary>A document, list, map or stream, as a snapshot sees it.</summary>
/// <param name="Name">Its unique name; <see langword="null"/> if it has none.</param>
/// <param name="DateExpires">When it expires (UTC); <see langword="null"/> for never.</param>
/// <param name="DateCreated">When it was created (UTC), by Sync's clock.</param>
/// <param name="Data">A document's data.</param>
internal sealed record SnapshotObject(SnapshotKind Kind, string Sid, string? Name, DateTime? DateExpires, DateTime DateCreated, JsonText? Data = null)
{
    /// <summary>Gets what its permissions belong to; <see langword="null"/> if it has none.</summary>
    public PermissionOwner? Owner => OwnerOf(Kind);

    public static SnapshotObject Of(SyncDocument document) =>
        new(SnapshotKind.Document, document.Sid, document.UniqueName, document.DateExpires, document.DateCreated, document.Data);

    public static SnapshotObject Of(SyncList list) => new(SnapshotKind.List, list.Sid, list.UniqueName, list.DateExpires, list.DateCreated);

    public static SnapshotObject Of(SyncMap map) => new(SnapshotKind.Map, map.Sid, map.UniqueName, map.DateExpires, map.DateCreated);

    public static SnapshotObject Of(SyncStream stream) =>
        new(SnapshotKind.Stream, stream.Sid, stream.UniqueName, stream.DateExpires, stream.DateCreated);

    public static PermissionOwner? OwnerOf(SnapshotKind kind) => kind switch
    {
        SnapshotKind.Document => PermissionOwner.Document,
        SnapshotKind.List => PermissionOwner.List,
        SnapshotKind.Map => PermissionOwner.Map,
        _ => null,
    };

    /// <summary>Whether an object is the app's own record of its jobs, which is part of no snapshot: imported elsewhere it would start them again.</summary>
    public static bool IsLeftOut(SnapshotKind kind, string? name) => kind == SnapshotKind.Map && name == SyncStore.JobsMap;
}
