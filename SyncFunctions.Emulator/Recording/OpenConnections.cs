using System.Collections.Concurrent;

namespace SyncFunctions.Emulator.Recording;

/// <summary>A realtime client's connection, as it can be seen and ended from outside.</summary>
internal interface IOpenConnection
{
    /// <summary>Gets its id, which is the <c>EndpointId</c> of webhooks.</summary>
    string Id { get; }

    /// <summary>Gets its state.</summary>
    ConnectionState State { get; }

    /// <summary>Ends it as a server does that goes away: what waits is sent, then the socket is closed. Its client comes back.</summary>
    void Drop();
}

/// <summary>The state of a connection. What its client tells by signing in is <see langword="null"/> before.</summary>
/// <param name="Since">When it was opened.</param>
/// <param name="Client">Which SDK in which version, as the client tells.</param>
/// <param name="WaitingPackets">How many packets wait to be sent.</param>
/// <param name="WaitingBytes">How many bytes wait to be sent.</param>
/// <param name="SentEvents">How many events were sent, or wait to be.</param>
internal sealed record ConnectionState(
    string Id,
    string? Identity,
    string? ServiceSid,
    DateTimeOffset Since,
    string? RemoteAddress,
    string? Client,
    DateTimeOffset? TokenExpires,
    IReadOnlyList<SubscriptionState> Subscriptions,
    int WaitingPackets,
    int WaitingBytes,
    long SentBytes,
    long SentEvents);

/// <summary>What a connection is subscribed to.</summary>
/// <param name="Kind">The kind of object; <c>live_query</c> for a live query.</param>
/// <param name="Sid">The object's SID, or the query's ID.</param>
/// <param name="UniqueName">The object's, or that of the map that a query is about, when the subscription began; <see langword="null"/> if it had none.</param>
/// <param name="Query">A query's expression; <see langword="null"/> for objects.</param>
internal sealed record SubscriptionState(string Kind, string Sid, string? UniqueName, string? Query);

/// <summary>The connections that are open.</summary>
internal sealed class OpenConnections
{
    private readonly ConcurrentDictionary<string, IOpenConnection> connections = new(StringComparer.Ordinal);

    /// <summary>Gets all of them, in no order.</summary>
    public IReadOnlyCollection<IOpenConnection> All => [.. connections.Values];

    /// <summary>Finds one; <see langword="null"/> if there is none of this id.</summary>
    public IOpenConnection? Find(string id) => connections.GetValueOrDefault(id);

    /// <summary>Adds one.</summary>
    public void Add(IOpenConnection connection) => connections[connection.Id] = connection;

    /// <summary>Removes one that has ended.</summary>
    public void Remove(IOpenConnection connection) => connections.TryRemove(connection.Id, out _);
}
