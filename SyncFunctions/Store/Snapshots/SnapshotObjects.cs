using System.Net;

using SyncFunctions.Client;

namespace SyncFunctions.Store.Snapshots;

/// <summary>Reads and writes the objects of a store, of any kind.</summary>
internal static class SnapshotObjects
{
    /// <summary>The kinds of objects, in the order of a snapshot.</summary>
    public static IReadOnlyList<SnapshotKind> Kinds { get; } = [SnapshotKind.Document, SnapshotKind.List, SnapshotKind.Map, SnapshotKind.Stream];

    /// <summary>Reads a page of the objects of a kind.</summary>
    public static async Task<SyncPage<SnapshotObject>> PageAsync(
        this SyncStore store, SnapshotKind kind, PageRequest page, CancellationToken cancellationToken) => kind switch
        {
            SnapshotKind.Document => Of(await store.GetDocumentsAsync(page, cancellationToken), SnapshotObject.Of),
            SnapshotKind.List => Of(await store.GetListsAsync(page, cancellationToken), SnapshotObject.Of),
            SnapshotKind.Map => Of(await store.GetMapsAsync(page, cancellationToken), SnapshotObject.Of),
            _ => Of(await store.GetStreamsAsync(page, cancellationToken), SnapshotObject.Of),
        };

    /// <summary>Creates an object.</summary>
    /// <exception cref="SyncApiException">409 if its name is taken.</exception>
    public static async Task<SnapshotObject> CreateAsync(this SyncStore store, SnapshotLine line, SyncTtl ttl, CancellationToken cancellationToken) => line.Kind switch
    {
        SnapshotKind.Document => SnapshotObject.Of(await store.CreateDocumentAsync(line.Name, line.Data, ttl, cancellationToken)),
        SnapshotKind.List => SnapshotObject.Of(await store.CreateListAsync(line.Name, ttl, cancellationToken)),
        SnapshotKind.Map => SnapshotObject.Of(await store.CreateMapAsync(line.Name, ttl, cancellationToken)),
        _ => SnapshotObject.Of(await store.CreateStreamAsync(line.Name, ttl, cancellationToken)),
    };

    /// <summary>Finds an object by its name, or <see langword="null"/> if there is none.</summary>
    public static async Task<SnapshotObject?> FindAsync(this SyncStore store, SnapshotKind kind, string name, CancellationToken cancellationToken)
    {
        try
        {
            return kind switch
            {
                SnapshotKind.Document => SnapshotObject.Of(await store.GetDocumentAsync(name, cancellationToken)),
                SnapshotKind.List => SnapshotObject.Of(await store.GetListAsync(name, cancellationToken)),
                SnapshotKind.Map => SnapshotObject.Of(await store.GetMapAsync(name, cancellationToken)),
                _ => SnapshotObject.Of(await store.GetStreamAsync(name, cancellationToken)),
            };
        }
        catch (SyncApiException exception) when (exception.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Removes an object, if it still exists.</summary>
    /// <returns>Whether it existed.</returns>
    public static async Task<bool> RemoveAsync(this SyncStore store, SnapshotObject value, CancellationToken cancellationToken)
    {
        try
        {
            await (value.Kind switch
            {
                SnapshotKind.Document => store.RemoveDocumentByIdAsync(value.Sid, null, cancellationToken),
                SnapshotKind.List => store.RemoveListByIdAsync(value.Sid, null, cancellationToken),
                SnapshotKind.Map => store.RemoveMapByIdAsync(value.Sid, null, cancellationToken),
                _ => store.RemoveStreamByIdAsync(value.Sid, cancellationToken),
            });
            return true;
        }
        catch (SyncApiException exception) when (exception.Status == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    private static SyncPage<SnapshotObject> Of<T>(SyncPage<T> page, Func<T, SnapshotObject> convert) => new([.. page.Items.Select(convert)], page.NextPageToken);
}
