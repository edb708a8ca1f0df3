namespace SyncFunctions.Emulator.Model;

/// <summary>What happened, to an object if not to an endpoint. The log has the numbers.</summary>
internal enum SyncChange
{
    Created,
    Updated,
    Removed,
    ItemAdded,
    ItemUpdated,
    ItemRemoved,
    MessagePublished,
    EndpointConnected,
    EndpointDisconnected,

    /// <summary>
    /// Who may do what with an object changed; with all of a service if the object's SID is empty. It is announced in its place among the
    /// events, and is not in the log: no client is told.
    /// </summary>
    AccessChanged,
}

/// <summary>
/// One entry of the ordered log of changes. It carries all that a subscriber is told, so that nobody has to read what may have changed since.
/// </summary>
/// <param name="EventId">The object's own number of the event (<see cref="SyncObject.LastEventId"/> after it).</param>
/// <param name="Key">The item's index or key; null for changes of the object itself.</param>
/// <param name="Data">The data after the change; for a removed item, before it; null if the change carries none.</param>
/// <param name="Identity">Who made the change: <c>system</c> for REST and expiry.</param>
internal sealed record SyncEvent(
    long ServiceId,
    long ObjectId,
    ObjectKind Kind,
    SyncChange Change,
    string ObjectSid,
    string? UniqueName,
    long EventId,
    ItemKey? Key,
    string? Data,
    DateTimeOffset Date,
    DateTimeOffset? DateExpires,
    string Identity)
{
    /// <summary>Makes the event of an endpoint that has come or gone.</summary>
    public static SyncEvent OfEndpoint(long serviceId, SyncChange change, string identity, string endpointId, DateTimeOffset date) =>
        new(serviceId, 0, default, change, "", null, 0, null, null, date, null, identity) { EndpointId = endpointId };

    /// <summary>Where the event stands in the log; positions ascend in the order of the commits.</summary>
    public long Position { get; init; }

    /// <summary>The connection of a realtime client that the event comes from; <see langword="null"/> for REST and expiry.</summary>
    public string? EndpointId { get; init; }

    /// <summary>Whether it is about an endpoint, and so about no object: it has the id 0 for one, and no SID.</summary>
    public bool IsOfEndpoint => Change is SyncChange.EndpointConnected or SyncChange.EndpointDisconnected;

    /// <summary>The realtime request that made the change; null for none, and for an event that was read back.</summary>
    public object? Origin { get; init; }
}
