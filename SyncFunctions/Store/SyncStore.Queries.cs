using System.Globalization;
using System.Text.Json;

using SyncFunctions.Client;

namespace SyncFunctions.Store;

/// <summary>Which page of a collection to read.</summary>
/// <param name="Size">1 to 100.</param>
/// <param name="Token">The token of the page before; null for the first page.</param>
public readonly record struct PageRequest(int Size, string? Token)
{
    /// <summary>The size of a page where none is asked for.</summary>
    public const int DefaultSize = 50;

    /// <summary>The largest page that Sync returns.</summary>
    public const int MaximumSize = 100;
}

/// <summary>In which order to read items, and from where on.</summary>
/// <param name="Order"><c>asc</c> or <c>desc</c>; null for <c>asc</c>.</param>
/// <param name="From">The index or key to begin at, which need not exist; null for the first in the order.</param>
/// <param name="Bounds"><c>inclusive</c> or <c>exclusive</c>: whether an item at <paramref name="From"/> itself counts; null for <c>inclusive</c>.</param>
public readonly record struct ItemQuery(string? Order, string? From, string? Bounds);

public sealed partial class SyncStore
{
    /// <summary>Gets a page of the service's documents.</summary>
    public Task<SyncPage<SyncDocument>> GetDocumentsAsync(PageRequest page, CancellationToken cancellationToken = default) =>
        PageAsync(service.Documents, page, default, cancellationToken);

    /// <summary>Gets a page of the service's lists.</summary>
    public Task<SyncPage<SyncList>> GetListsAsync(PageRequest page, CancellationToken cancellationToken = default) =>
        PageAsync(service.Lists, page, default, cancellationToken);

    /// <summary>Gets a page of the service's maps.</summary>
    public Task<SyncPage<SyncMap>> GetMapsAsync(PageRequest page, CancellationToken cancellationToken = default) =>
        PageAsync(service.Maps, page, default, cancellationToken);

    /// <summary>Gets a page of the service's message streams.</summary>
    public Task<SyncPage<SyncStream>> GetStreamsAsync(PageRequest page, CancellationToken cancellationToken = default) =>
        PageAsync(service.Streams, page, default, cancellationToken);

    /// <summary>Gets a page of a list's items, in either order, from any index on.</summary>
    /// <exception cref="ParameterException">The page token is not one of this list's, or the query is another than the token's.</exception>
    public Task<SyncPage<SyncListItem>> QueryListItemsAsync(
        string listName, ItemQuery query, PageRequest page, CancellationToken cancellationToken = default) =>
        PageAsync(service.ListItems(listName), page, query, cancellationToken);

    /// <summary>Gets a page of a map's items, in either order, from any key on.</summary>
    /// <exception cref="ParameterException">The page token is not one of this map's, or the query is another than the token's.</exception>
    public Task<SyncPage<SyncMapItem>> QueryMapItemsAsync(
        string mapName, ItemQuery query, PageRequest page, CancellationToken cancellationToken = default) =>
        PageAsync(service.MapItems(mapName), page, query, cancellationToken);

    /// <summary>Gets a list item by its index.</summary>
    public Task<SyncListItem> GetListItemByIndexAsync(string listName, long index, CancellationToken cancellationToken = default) =>
        service.ListItems(listName).FetchAsync(Text(index), cancellationToken);

    /// <summary>Replaces a list item's data.</summary>
    /// <param name="data">A JSON object of at most 16 KiB.</param>
    /// <param name="ifMatch">The revision it must have; null for any.</param>
    public Task<SyncListItem> UpdateListItemAsync(
        string listName, long index, JsonElement data, SyncTtl ttl = default, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        service.ListItems(listName).UpdateAsync(
            Text(index), [("Data", data.GetRawText()), ("Ttl", ttl.OnUpdate)], ifMatch, cancellationToken: cancellationToken);

    /// <summary>Removes a list item by its index.</summary>
    /// <param name="ifMatch">The revision it must have; null for any.</param>
    public async Task<string> RemoveListItemByIndexAsync(
        string listName, long index, string? ifMatch = null, CancellationToken cancellationToken = default)
    {
        await service.ListItems(listName).RemoveAsync(Text(index), ifMatch, cancellationToken);
        return Deleted;
    }

    /// <summary>Sets when a list expires.</summary>
    public Task<SyncList> UpdateListAsync(string listName, SyncTtl ttl = default, CancellationToken cancellationToken = default) =>
        service.Lists.UpdateAsync(listName, [("Ttl", ttl.OnUpdate)], cancellationToken: cancellationToken);

    /// <summary>Sets when a map expires.</summary>
    public Task<SyncMap> UpdateMapAsync(string mapName, SyncTtl ttl = default, CancellationToken cancellationToken = default) =>
        service.Maps.UpdateAsync(mapName, [("Ttl", ttl.OnUpdate)], cancellationToken: cancellationToken);

    /// <summary>Gets a document by its name, and creates it where there is none.</summary>
    /// <param name="data">What it holds if it is created: a JSON object of at most 16 KiB.</param>
    /// <param name="ttl">When it expires if it is created.</param>
    public Task<SyncDocument> OpenDocumentAsync(
        string docName, JsonElement data, SyncTtl ttl = default, CancellationToken cancellationToken = default) =>
        OpenAsync(service.Documents, docName, [("Data", data.GetRawText()), ("Ttl", ttl.OnCreate)], cancellationToken);

    /// <summary>Gets a list by its name, and creates it where there is none.</summary>
    /// <param name="ttl">When it expires if it is created.</param>
    public Task<SyncList> OpenListAsync(string listName, SyncTtl ttl = default, CancellationToken cancellationToken = default) =>
        OpenAsync(service.Lists, listName, [("Ttl", ttl.OnCreate)], cancellationToken);

    /// <summary>Gets a map by its name, and creates it where there is none.</summary>
    /// <param name="ttl">When it expires if it is created.</param>
    public Task<SyncMap> OpenMapAsync(string mapName, SyncTtl ttl = default, CancellationToken cancellationToken = default) =>
        OpenAsync(service.Maps, mapName, [("Ttl", ttl.OnCreate)], cancellationToken);

    /// <summary>Gets a message stream by its name, and creates it where there is none.</summary>
    /// <param name="ttl">When it expires if it is created.</param>
    public Task<SyncStream> OpenStreamAsync(string streamName, SyncTtl ttl = default, CancellationToken cancellationToken = default) =>
        OpenAsync(service.Streams, streamName, [("Ttl", ttl.OnCreate)], cancellationToken);

    private static string Text(long index) => index.ToString(CultureInfo.InvariantCulture);

    private static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> resources)
    {
        List<T> all = [];
        await foreach (T resource in resources)
        {
            all.Add(resource);
        }

        return all;
    }

    // Two callers at once get the same object: the one that comes late is told that the name is taken, and looks again.
    private static async Task<T> OpenAsync<T>(
        SyncCollectionClient<T> collection, string name, (string Name, string? Value)[] creation, CancellationToken cancellationToken)
        where T : class
    {
        for (int attempt = 1; ; attempt++)
        {
            if (await FindAsync(collection, name, cancellationToken) is { } found)
            {
                return found;
            }

            try
            {
                return await collection.CreateAsync([("UniqueName", name), .. creation], repeatable: true, cancellationToken);
            }
            catch (SyncApiException exception) when (exception.Status == System.Net.HttpStatusCode.Conflict && attempt < MaximumRaces)
            {
                // Somebody else created it in the meantime. Only a removal between the two leads here again.
            }
        }
    }

    private static async Task<SyncPage<T>> PageAsync<T>(
        SyncCollectionClient<T> collection, PageRequest page, ItemQuery query, CancellationToken cancellationToken)
        where T : class
    {
        PageToken? token = page.Token is null ? null : PageToken.Read(page.Token, collection.Path, query);
        ItemQuery inForce = token?.Query ?? query;
        SyncPage<T> read = await collection.PageAsync(
            page.Size,
            token?.Position,
            [("Order", inForce.Order), ("From", inForce.From), ("Bounds", inForce.Bounds)],
            cancellationToken);
        return read with
        {
            NextPageToken = read.NextPageToken is null ? null : new PageToken(read.NextPageToken, inForce).Write(collection.Path),
        };
    }
}
