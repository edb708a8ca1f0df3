using System.Collections.Concurrent;

namespace SyncFunctions.Emulator.Recording;

/// <summary>A realtime connection that can be inspected and closed.</summary>
internal interface IOpenConnection
{
    /// <summary>Gets its id, which is the <c>EndpointId</c> of webhooks.</summary>
    string Id { get; }

    /// <summary>Gets its state.</summary>
    ConnectionState State { get; }

    /// <summary>Closes it as a server does when it stops: sends what is queued, then closes the socket. The client reconnects.</summary>
    void Drop();
}

/// <summary>The state of a connection. What the client sends when it signs in is <see langword="null"/> before that.</summary>
/// <param name="Since">When it was opened.</param>
/// <param name="Client">The SDK and its version, as reported by the client.</param>
/// <param name="WaitingPackets">The number of packets that are waiting to be sent.</param>
/// <param name="WaitingBytes">The number of bytes that are waiting to be sent.</param>
/// <param name="SentEvents">The number of events that were sent or are waiting to be sent.</param>
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

/// <summary>A subscription of a connection.</summary>
/// <param name="Kind">The kind of object, or <c>live_query</c>.</param>
/// <param name="Sid">The object's SID, or the query's ID.</param>
/// <param name="UniqueName">The name of the object, or of the map that a query reads, when the subscription began, or <see langword="null"/> if it had none.</param>
/// <param name="Query">The expression of a query, or <see langword="null"/> for an object.</param>
internal sealed record SubscriptionState(string Kind, string Sid, string? UniqueName, string? Query);

/// <summary>The open connections.</summary>
internal sealed class OpenConnections
{
    private readonly ConcurrentDictionary<string, IOpenConnection> connections = new(StringComparer.Ordinal);

    /// <summary>Gets all connections, in no particular order.</summary>
    public IReadOnlyCollection<IOpenConnection> All => [.. connections.Values];

    /// <summary>Finds a connection by its id, or returns <see langword="null"/> if it does not exist.</summary>
    public IOpenConnection? Find(string id) => connections.GetValueOrDefault(id);

    /// <summary>Adds a connection.</summary>
    public void Add(IOpenConnection connection) => connections[connection.Id] = connection;

    /// <summary>Removes a connection that has ended.</summary>
    public void Remove(IOpenConnection connection) => connections.TryRemove(connection.Id, out _);
}
