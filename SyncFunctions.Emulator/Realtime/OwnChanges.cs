using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>Identifies a client that reconnects after the loss of its connection, by its continuation token.</summary>
internal readonly record struct ClientKey(long ServiceId, string Identity, string ContinuationToken);

/// <summary>
/// Remembers which events come from a connection's own requests, to recognise them when they are replayed: item removals, and all changes whose
/// responses have not been sent yet. Only the hub uses it.
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

    /// <summary>Finds the request that caused an event, or <see langword="null"/> if it is not remembered.</summary>
    public RequestOrigin? Find(SyncEvent replayed) =>
        changes.TryGetValue((replayed.ObjectSid, replayed.EventId), out (SyncEvent Event, RequestOrigin Origin) own) ? own.Origin : null;

    // Events that are no longer in the log are not replayed.
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
/// Remembers the item removals whose responses have reached the clients that requested them, for as long as the log could replay them. Only the
/// hub uses it.
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

    /// <summary>Checks whether an event is a removal that the client knows from the response to its request.</summary>
    public bool Contains(ClientKey client, SyncEvent removal) => removals.Contains((client, removal.ObjectSid, removal.EventId));

    /// <summary>Forgets events that are no longer in the log.</summary>
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
