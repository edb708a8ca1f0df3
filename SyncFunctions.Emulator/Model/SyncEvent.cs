namespace SyncFunctions.Emulator.Model;

/// <summary>The kind of an event of an object or endpoint. The log stores the numbers.</summary>
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
    /// The rights to an object changed, or to all objects of a service if the object's SID is empty. It is announced in order with the
    /// events, but is not in the log: clients do not receive it.
    /// </summary>
    AccessChanged,
}

/// <summary>
/// One entry of the ordered log of changes. It has everything that a subscriber receives, so nobody has to read data that may have changed since.
/// </summary>
/// <param name="EventId">The object's own number of the event (<see cref="SyncObject.LastEventId"/> after it).</param>
/// <param name="Key">The item's index or key, or null for changes of the object itself.</param>
/// <param name="Data">The data after the change, or before it for a removed item, or null if the change has no data.</param>
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
    /// <summary>Creates the event of an endpoint that has connected or disconnected.</summary>
    public static SyncEvent OfEndpoint(long serviceId, SyncChange change, string identity, string endpointId, DateTimeOffset date) =>
        new(serviceId, 0, default, change, "", null, 0, null, null, date, null, identity) { EndpointId = endpointId };

    /// <summary>The event's position in the log; positions increase in the order of commits.</summary>
    public long Position { get; init; }

    /// <summary>The connection of the realtime client that caused the event, or <see langword="null"/> for REST and expiry.</summary>
    public string? EndpointId { get; init; }

    /// <summary>Whether it is an event of an endpoint and not of an object: its object has the id 0 and no SID.</summary>
    public bool IsOfEndpoint => Change is SyncChange.EndpointConnected or SyncChange.EndpointDisconnected;

    /// <summary>The realtime request that made the change, or null if there is none, or if the event was read from the log.</summary>
    public object? Origin { get; init; }
}
