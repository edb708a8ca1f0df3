using SyncFunctions.Emulator.Recording;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>What a connection is subscribed to. The hub alone changes it; whoever inspects the connection reads it meanwhile.</summary>
internal sealed class SubscriptionSet
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, SubscriptionState> subscriptions = new(StringComparer.Ordinal);

    /// <summary>Gets how many there are.</summary>
    public int Count => subscriptions.Count;

    /// <summary>Gets the SIDs of the objects, and the IDs of the queries.</summary>
    public IReadOnlyList<string> Sids => [.. subscriptions.Keys];

    /// <summary>Gets what they are.</summary>
    public IReadOnlyList<SubscriptionState> States
    {
        get
        {
            lock (gate)
            {
                return [.. subscriptions.Values];
            }
        }
    }

    /// <summary>Adds one.</summary>
    /// <param name="uniqueName">That of the object, or of the map that a query is about.</param>
    public void Add(SubscriptionRequest request, string? uniqueName)
    {
        SubscriptionState state = new(request.TypeName, request.ObjectSid, uniqueName, request.Query?.Expression);
        lock (gate)
        {
            subscriptions[request.ObjectSid] = state;
        }
    }

    /// <summary>Removes one.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(string sid)
    {
        lock (gate)
        {
            return subscriptions.Remove(sid);
        }
    }
}
