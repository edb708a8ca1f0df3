using SyncFunctions.Emulator.Recording;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>The subscriptions of a connection. Only the hub changes them, but other threads read them.</summary>
internal sealed class SubscriptionSet
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, SubscriptionState> subscriptions = new(StringComparer.Ordinal);

    /// <summary>Gets the number of subscriptions.</summary>
    public int Count => subscriptions.Count;

    /// <summary>Gets the SIDs of the objects, and the IDs of the queries.</summary>
    public IReadOnlyList<string> Sids => [.. subscriptions.Keys];

    /// <summary>Gets a description of each subscription.</summary>
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

    /// <summary>Adds a subscription.</summary>
    /// <param name="uniqueName">The name of the object, or of the map that a query reads.</param>
    /// <returns>Whether it is new.</returns>
    public bool Add(SubscriptionRequest request, string? uniqueName)
    {
        SubscriptionState state = new(request.TypeName, request.ObjectSid, uniqueName, request.Query?.Expression);
        lock (gate)
        {
            bool isNew = !subscriptions.ContainsKey(request.ObjectSid);
            subscriptions[request.ObjectSid] = state;
            return isNew;
        }
    }

    /// <summary>Removes a subscription.</summary>
    /// <returns>Whether it existed.</returns>
    public bool Remove(string sid)
    {
        lock (gate)
        {
            return subscriptions.Remove(sid);
        }
    }
}
