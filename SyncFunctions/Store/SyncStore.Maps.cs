using System.Net;
using System.Text.Json;

using SyncFunctions.Client;

namespace SyncFunctions.Store;

public sealed partial class SyncStore
{
    /// <summary>Creates a map.</summary>
    /// <param name="mapName">Its unique name, or <see langword="null"/> for a map without one.</param>
    public Task<SyncMap> CreateMapAsync(string? mapName, SyncTtl ttl = default, CancellationToken cancellationToken = default) =>
        service.Maps.CreateAsync([("UniqueName", mapName), ("Ttl", ttl.OnCreate)], cancellationToken: cancellationToken);

    /// <summary>Gets a map by its name, or creates it if there is none.</summary>
    /// <param name="ttl">When it expires if it is created.</param>
    public Task<SyncMap> OpenMapAsync(string mapName, SyncTtl ttl = default, CancellationToken cancellationToken = default) =>
        OpenAsync(service.Maps, mapName, [("Ttl", ttl.OnCreate)], cancellationToken);

    /// <summary>Gets a map by its name.</summary>
    public Task<SyncMap> GetMapAsync(string mapName, CancellationToken cancellationToken = default) =>
        service.Maps.FetchAsync(mapName, cancellationToken);

    /// <summary>Gets a page of the service's maps.</summary>
    public Task<SyncPage<SyncMap>> GetMapsAsync(PageRequest page, CancellationToken cancellationToken = default) =>
        PageAsync(service.Maps, page, default, cancellationToken);

    /// <summary>Finds the SID of a map by its name; <c>""</c> if there is none.</summary>
    public Task<string> SearchMapAsync(string mapName, CancellationToken cancellationToken = default) =>
        SearchAsync(service.Maps, mapName, map => map.Sid, cancellationToken);

    /// <summary>Sets when a map expires.</summary>
    public Task<SyncMap> UpdateMapAsync(string mapName, SyncTtl ttl = default, CancellationToken cancellationToken = default) =>
        service.Maps.UpdateAsync(mapName, [("Ttl", ttl.OnUpdate)], cancellationToken: cancellationToken);

    /// <summary>Removes a map by its name, with its items.</summary>
    /// <param name="ifMatch">The revision that it must have, or <see langword="null"/> for any.</param>
    public Task<string> RemoveMapAsync(string mapName, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        RemoveAsync(service.Maps, mapName, ifMatch, cancellationToken);

    /// <summary>Removes a map by its SID, with its items.</summary>
    /// <param name="ifMatch">The revision that it must have, or <see langword="null"/> for any.</param>
    public Task<string> RemoveMapByIdAsync(string mapId, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        RemoveAsync(service.Maps, mapId, ifMatch, cancellationToken);

    /// <summary>Creates a map item.</summary>
    /// <param name="key">
    /// A key that no other caller creates: a creation that may have arrived is sent again, and the second one fails with 409 if the first has arrived.
    /// </param>
    /// <param name="data">A JSON object of at most 16 KiB.</param>
    public Task<SyncMapItem> CreateMapItemAsync(
        string mapName, string key, JsonElement data, SyncTtl ttl = default, CancellationToken cancellationToken = default) =>
        service.MapItems(mapName).CreateAsync(
            [("Key", key), ("Data", data.GetRawText()), ("Ttl", ttl.OnCreate)], retryable: true, cancellationToken);

    /// <summary>
    /// Sets a map item: updates it if the key exists, otherwise creates it. If callers set the same new key at once, all succeed, and
    /// the last one's data stays.
    /// </summary>
    /// <param name="data">A JSON object of at most 16 KiB.</param>
    /// <param name="ifMatch">The revision that the item must have (it must then exist), or <see langword="null"/> for any.</param>
    public Task<SyncMapItem> SetMapItemAsync(
        string mapName, string key, JsonElement data, SyncTtl ttl = default, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        SetMapItemAsync(mapName, key, data.GetRawText(), ttl, ifMatch, cancellationToken);

    /// <summary>Sets a map item, and stores its data as exactly this text.</summary>
    /// <inheritdoc cref="SetMapItemAsync(string, string, JsonElement, SyncTtl, string?, CancellationToken)" path="/param"/>
    public Task<SyncMapItem> SetMapItemAsync(
        string mapName, string key, JsonText data, SyncTtl ttl = default, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        SetMapItemAsync(mapName, key, data.GetRawText(), ttl, ifMatch, cancellationToken);

    /// <summary>Creates a map item, and stores its data as exactly this text.</summary>
    /// <param name="data">A JSON object of at most 16 KiB.</param>
    /// <exception cref="SyncApiException">409 if the key exists.</exception>
    public Task<SyncMapItem> CreateMapItemAsync(
        string mapName, string key, JsonText data, SyncTtl ttl = default, CancellationToken cancellationToken = default) =>
        service.MapItems(mapName).CreateAsync(
            [("Key", key), ("Data", data.GetRawText()), ("Ttl", ttl.OnCreate)], cancellationToken: cancellationToken);

    private async Task<SyncMapItem> SetMapItemAsync(
        string mapName, string key, string json, SyncTtl ttl, string? ifMatch, CancellationToken cancellationToken)
    {
        SyncCollectionClient<SyncMapItem> items = service.MapItems(mapName);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await items.UpdateAsync(key, [("Data", json), ("Ttl", ttl.OnUpdate)], ifMatch, cancellationToken: cancellationToken);
            }
            catch (SyncApiException exception) when (exception.Status == HttpStatusCode.NotFound)
            {
                // The item does not exist, and perhaps not even the map.
            }

            if (ifMatch is not null)
            {
                await service.Maps.FetchAsync(mapName, cancellationToken);
                throw RevisionMismatch();
            }

            try
            {
                // May be sent again if it is unknown whether it arrived: if the second one fails, the update below sets the same data.
                return await items.CreateAsync([("Key", key), ("Data", json), ("Ttl", ttl.OnCreate)], retryable: true, cancellationToken);
            }
            catch (SyncApiException exception) when (exception.Status == HttpStatusCode.Conflict && attempt < MaximumRaces)
            {
                // Somebody else created it in the meantime, so update it after all. Only a removal between the two requests leads here again.
                SyncTelemetry.Conflict(items.Path);
            }
        }
    }

    /// <summary>Gets all items of a map.</summary>
    public async Task<IReadOnlyList<SyncMapItem>> GetMapItemsAsync(string mapName, CancellationToken cancellationToken = default) =>
        await service.MapItems(mapName).ReadAllAsync(cancellationToken).ToListAsync(cancellationToken);

    /// <summary>Gets a map item by its key, or <see langword="null"/> if the map has none. It is an error if the map itself does not exist.</summary>
    public async Task<SyncMapItem?> GetMapItemAsync(string mapName, string key, CancellationToken cancellationToken = default)
    {
        SyncMapItem? item = await FindAsync(service.MapItems(mapName), key, cancellationToken);
        if (item is null)
        {
            await service.Maps.FetchAsync(mapName, cancellationToken);
        }

        return item;
    }

    /// <summary>Gets a page of a map's items, in either order, from any key. With a condition, only the items that meet it.</summary>
    /// <remarks>With a condition a page looks at 1,000 items at most, so it may have few matches or none. Only the last page has no token.</remarks>
    /// <exception cref="ParameterException">The page token is not one of this map, or the query differs from the token's.</exception>
    public Task<SyncPage<SyncMapItem>> QueryMapItemsAsync(
        string mapName, ItemQuery query, PageRequest page, CancellationToken cancellationToken = default) =>
        query.Where is { } where
            ? MatchesAsync(service.MapItems(mapName), page, query, where, item => item.Key, item => item.Data, cancellationToken)
            : PageAsync(service.MapItems(mapName), page, query, cancellationToken);

    /// <summary>Removes a map item.</summary>
    /// <param name="ifMatch">The revision that it must have, or <see langword="null"/> for any.</param>
    /// <returns><c>"deleted."</c></returns>
    public async Task<string> RemoveMapItemAsync(
        string mapName, string key, string? ifMatch = null, CancellationToken cancellationToken = default)
    {
        await service.MapItems(mapName).RemoveAsync(key, ifMatch, cancellationToken);
        return ItemDeleted;
    }
}
