using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>Identifies a client that comes back after the loss of its connection: by the token that it was given for that.</summary>
internal readonly record struct ClientKey(long ServiceId, string Identity, string ContinuationToken);

/// <summary>
/// Remembers which events come from a connection's own requests, to tell them from others' when they are replayed: the removals of items, and
/// all changes whose requests are not answered yet. The hub's alone.
/// </summary>
internal sealed class OwnChanges
{
    private readonly Dictionary<(string ObjectSid, long EventId), (SyncEvent Event, RequestOrigin Origin)> changes = [];
    private int nextCleaning = 256;

    /// <summary>Remembers an event of one of the connection's requests.</summary>
    public void Add(SyncEvent committed, RequestOrigin origin)
    {
        if (committed.Change is SyncChange.Updated or SyncChange.ItemAdded or SyncChange.ItemUpdated or SyncChange.ItemRemoved)
        {
            changes[(committed.ObjectSid, committed.EventId)] = (committed with { Data = null }, origin);
        }

        if (changes.Count >= nextCleaning)
        {
            Clean(committed.Position - SyncEngine.EventRetention);
        }
    }

    /// <summary>Finds the request that an event comes from; <see langword="null"/> if it comes from none that is remembered.</summary>
    public RequestOrigin? Find(SyncEvent replayed) =>
        changes.TryGetValue((replayed.ObjectSid, replayed.EventId), out (SyncEvent Event, RequestOrigin Origin) own) ? own.Origin : null;

    // What the log has forgotten is not replayed.
    private void Clean(long forgotten)
    {
        foreach (((string, long) key, (SyncEvent committed, RequestOrigin origin)) in changes)
        {
            if (committed.Position <= forgotten || (origin.IsAnswered && committed.Change != SyncChange.ItemRemoved))
            {
                changes.Remove(key);
            }
        }

        nextCleaning = Math.Max(256, 2 * changes.Count);
    }
}

/// <summary>
/// Remembers the removals of items whose answers have reached the clients that asked for them, for as long as the log could replay them. The
/// hub's alone.
/// </summary>
internal sealed class KnownRemovals
{
    private readonly HashSet<(ClientKey Client, string ObjectSid, long EventId)> removals = [];
    private readonly Queue<(long Position, (ClientKey, string, long) Key)> byAge = new();

    /// <summary>Remembers a removal.</summary>
    public void Add(ClientKey client, SyncEvent removal)
    {
        (ClientKey, string, long) key = (client, removal.ObjectSid, removal.EventId);
        if (removals.Add(key))
        {
            byAge.Enqueue((removal.Position, key));
        }
    }

    /// <summary>Checks whether an event is a removal that the client knows of by the answer to its request.</summary>
    public bool Contains(ClientKey client, SyncEvent removal) => removals.Contains((client, removal.ObjectSid, removal.EventId));

    /// <summary>Forgets what the log has forgotten.</summary>
    /// <param name="position">The log's last position.</param>
    public void Clean(long position)
    {
        while (byAge.TryPeek(out (long Position, (ClientKey, string, long) Key) oldest) && oldest.Position <= position - SyncEngine.EventRetention)
        {
            removals.Remove(oldest.Key);
            byAge.Dequeue();
        }
    }
}
