namespace SyncFunctions.Sync;

/// <summary>The collections of one Sync service.</summary>
/// <param name="serviceSid">The service's SID, or <c>default</c>.</param>
public sealed class SyncServiceClient(SyncClient client, string serviceSid)
{
    /// <summary>The service's documents.</summary>
    public SyncCollectionClient<SyncDocument> Documents { get; } = new(client, SyncPath.Of("Services", serviceSid, "Documents"), "documents");

    /// <summary>The service's lists.</summary>
    public SyncCollectionClient<SyncList> Lists { get; } = new(client, SyncPath.Of("Services", serviceSid, "Lists"), "lists");

    /// <summary>The service's maps.</summary>
    public SyncCollectionClient<SyncMap> Maps { get; } = new(client, SyncPath.Of("Services", serviceSid, "Maps"), "maps");

    /// <summary>The items of a list.</summary>
    /// <param name="list">The list's SID or unique name.</param>
    public SyncCollectionClient<SyncListItem> ListItems(string list) => new(client, SyncPath.Of("Services", serviceSid, "Lists", list, "Items"), "items");

    /// <summary>The items of a map.</summary>
    /// <param name="map">The map's SID or unique name.</param>
    public SyncCollectionClient<SyncMapItem> MapItems(string map) => new(client, SyncPath.Of("Services", serviceSid, "Maps", map, "Items"), "items");

    /// <summary>Fetches the service itself.</summary>
    public Task<SyncService> FetchAsync(CancellationToken cancellationToken = default) => client.SendAsync<SyncService>(
        new SyncRequest(HttpMethod.Get, SyncPath.Of("Services", serviceSid), [], null, Repeatable: true), cancellationToken);
}
