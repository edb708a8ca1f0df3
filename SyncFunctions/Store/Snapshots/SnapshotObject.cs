using SyncFunctions.Client;

namespace SyncFunctions.Store.Snapshots;

/// <summary>The members of a document, list, map or stream that a snapshot has.</summary>
/// <param name="Name">Its unique name, or <see langword="null"/> if it has none.</param>
/// <param name="DateExpires">When it expires (UTC), or <see langword="null"/> for never.</param>
/// <param name="DateCreated">When it was created (UTC), by Sync's clock.</param>
/// <param name="Data">A document's data.</param>
internal sealed record SnapshotObject(SnapshotKind Kind, string Sid, string? Name, DateTime? DateExpires, DateTime DateCreated, JsonText? Data = null)
{
    /// <summary>Gets the type of object for its permissions, or <see langword="null"/> if it has none.</summary>
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

    /// <summary>Checks whether an object is the app's own map of jobs. It is left out of snapshots: an import elsewhere would start the jobs again.</summary>
    public static bool IsLeftOut(SnapshotKind kind, string? name) => kind == SnapshotKind.Map && name == SyncStore.JobsMap;
}
