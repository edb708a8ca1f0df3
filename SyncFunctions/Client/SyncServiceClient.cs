namespace SyncFunctions.Client;

/// <summary>The collections of one Sync service.</summary>
/// <param name="serviceSid">The service's SID, or <c>default</c>.</param>
public sealed class SyncServiceClient(SyncClient client, string serviceSid)
{
    /// <summary>The service's SID, or <c>default</c>.</summary>
    public string Sid => serviceSid;

    /// <summary>The service's documents.</summary>
    public SyncCollectionClient<SyncDocument> Documents { get; } = new(client, SyncPath.Of("Services", serviceSid, "Documents"), "documents");

    /// <summary>The service's lists.</summary>
    public SyncCollectionClient<SyncList> Lists { get; } = new(client, SyncPath.Of("Services", serviceSid, "Lists"), "lists");

    /// <summary>The service's maps.</summary>
    public SyncCollectionClient<SyncMap> Maps { get; } = new(client, SyncPath.Of("Services", serviceSid, "Maps"), "maps");

    /// <summary>The service's message streams.</summary>
    public SyncCollectionClient<SyncStream> Streams { get; } = new(client, SyncPath.Of("Services", serviceSid, "Streams"), "streams");

    /// <summary>The items of a list.</summary>
    /// <param name="list">The list's SID or unique name.</param>
    public SyncCollectionClient<SyncListItem> ListItems(string list) => new(client, SyncPath.Of("Services", serviceSid, "Lists", list, "Items"), "items");

    /// <summary>The items of a map.</summary>
    /// <param name="map">The map's SID or unique name.</param>
    public SyncCollectionClient<SyncMapItem> MapItems(string map) => new(client, SyncPath.Of("Services", serviceSid, "Maps", map, "Items"), "items");

    /// <summary>The messages of a stream. They can be created, but not read.</summary>
    /// <param name="stream">The stream's SID or unique name.</param>
    public SyncCollectionClient<SyncStreamMessage> StreamMessages(string stream) =>
        new(client, SyncPath.Of("Services", serviceSid, "Streams", stream, "Messages"), "messages");

    /// <summary>The permissions of a document, list or map.</summary>
    /// <param name="collection"><c>Documents</c>, <c>Lists</c> or <c>Maps</c>.</param>
    /// <param name="id">The object's SID or unique name.</param>
    public SyncCollectionClient<SyncPermission> Permissions(string collection, string id) =>
        new(client, SyncPath.Of("Services", serviceSid, collection, id, "Permissions"), "permissions");

    /// <summary>Fetches the service itself.</summary>
    public Task<SyncService> FetchAsync(CancellationToken cancellationToken = default) => client.SendAsync<SyncService>(
        new SyncRequest(HttpMethod.Get, SyncPath.Of("Services", serviceSid), [], null, IsRetryable: true), cancellationToken);
}
