using System.Net;
using System.Text.Json;

using SyncFunctions.Client;

namespace SyncFunctions.Store.Sessions;

/// <summary>
/// Stores each session as one item of a map, under a key that begins with its start time, and an index from IDs to keys. A session is read and changed
/// as a whole, under one revision.
/// </summary>
/// <remarks>
/// <para>A new start time means a new key. The move takes several requests, and the app may stop between any two of them. So each step can be recognised in
/// the data, and any call that reads a moving session completes the move first:</para>
/// <list type="number">
/// <item>The old item gets its new data with <c>movesTo</c>, if its revision has not changed. This makes the change, and nobody changes the item again.</item>
/// <item>The new item is created with <c>movedFrom</c>.</item>
/// <item>The index entry is changed to the new item, if it was that of the old one.</item>
/// <item>The old item becomes a marker that expires after a day. So a late helper cannot create an item under that key again, which would look
/// like the session: all new items have the same revision.</item>
/// <item>The new item loses <c>movedFrom</c>.</item>
/// </list>
/// </remarks>
/// <param name="store">The Sync service.</param>
/// <param name="time">The clock for the delay before a retry.</param>
internal sealed class SessionItems(SyncStore store, TimeProvider time)
{
    // How often a call reads a session again that others keep moving, before it gives up.
    private const int MaximumLooks = 20;

    private static readonly TimeSpan LookDelay = TimeSpan.FromMilliseconds(10);

    private const int SimultaneousWrites = 8;

    private static readonly SyncTtl MarkTtl = SyncTtl.FromSeconds(24 * 60 * 60);

    /// <summary>Adds a session. The last request creates the item, and so the session. Until then the index entries lead nowhere.</summary>
    public async Task<Session> CreateAsync(Session session, CancellationToken cancellationToken)
    {
        string key = SessionKeys.New(session.StartTime);
        (string Id, IndexEntry Entry)[] entries =
        [
            .. session.Participants.Select(participant => (participant.ParticipantId, new IndexEntry(SessionId: session.SessionId))),
            (session.SessionId, new IndexEntry(key)),
        ];
        await Parallel.ForEachAsync(
            entries,
            new ParallelOptions { MaxDegreeOfParallelism = SimultaneousWrites, CancellationToken = cancellationToken },
            async (entry, cancelled) => await IndexAsync(entry.Id, entry.Entry, cancelled));
        SyncMapItem? item = await CreateItemAsync(SessionKeys.Sessions, key, SessionJson.Write(session), cancellationToken);
        return session with { ServiceSid = item?.ServiceSid ?? store.ServiceSid };
    }

    /// <summary>Adds an index entry for an ID.</summary>
    public Task IndexAsync(string id, IndexEntry entry, CancellationToken cancellationToken) =>
        CreateItemAsync(SessionKeys.Index, SessionKeys.IndexKey(id), SessionJson.Write(entry), cancellationToken);

    /// <summary>Removes the index entry of an ID.</summary>
    public Task UnindexAsync(string id, CancellationToken cancellationToken) =>
        Missing.IgnoreAsync(store.RemoveMapItemAsync(SessionKeys.Index, SessionKeys.IndexKey(id), cancellationToken: cancellationToken));

    /// <summary>Finds the index entry of an ID, or <see langword="null"/> if there is none.</summary>
    public async Task<IndexEntry?> FindEntryAsync(string id, CancellationToken cancellationToken) =>
        await FindItemAsync(SessionKeys.Index, SessionKeys.IndexKey(id), cancellationToken) is { } item ? SessionJson.ReadEntry(item.Data) : null;

    /// <summary>Finds a session, or <see langword="null"/> if there is none.</summary>
    public Task<Session?> FindAsync(string sessionId, CancellationToken cancellationToken) => LookAsync(
        sessionId,
        async key => await FindKeptAsync(key, cancellationToken) is { Session: { IsUnsettled: false, IsGone: false } session } && session.SessionId == sessionId
            ? session
            : null,
        cancellationToken);

    /// <summary>Changes a session. No concurrent change is lost.</summary>
    /// <param name="change">Creates the new session from the current one. It is called again after each conflict. If it throws, the call ends.</param>
    /// <returns>The changed session, or <see langword="null"/> if there is none.</returns>
    public Task<Session?> ChangeAsync(string sessionId, Func<Session, Session> change, CancellationToken cancellationToken) => LookAsync(
        sessionId,
        async key =>
        {
            KeptSession kept;
            try
            {
                kept = KeptSession.Of(await store.ChangeMapItemAsync(
                    SessionKeys.Sessions, key, "session", data => Changed(data, sessionId, change), cancellationToken))!;
            }
            catch (NotHereException)
            {
                return null;
            }
            catch (SyncApiException exception) when (exception.Status == HttpStatusCode.NotFound)
            {
                return null;
            }

            if (kept.Session.MovesTo is { } target)
            {
                await FinishAsync(kept, target, cancellationToken);
            }

            return kept.Session with { MovesTo = null };
        },
        cancellationToken);

    /// <summary>Reads a page of the sessions, in order of start time, in one request if none of them is moving.</summary>
    /// <returns>The sessions with their keys, and Sync's token for the next page.</returns>
    public async Task<SyncPage<KeptSession>> PageAsync(ItemQuery query, PageRequest page, CancellationToken cancellationToken)
    {
        for (int looks = 0; looks < MaximumLooks; looks++)
        {
            await WaitAsync(looks, cancellationToken);
            SyncPage<SyncMapItem> items;
            try
            {
                items = await store.QueryMapItemsAsync(SessionKeys.Sessions, query, page, cancellationToken);
            }
            catch (SyncApiException exception) when (exception.Status == HttpStatusCode.NotFound)
            {
                return new SyncPage<KeptSession>([], null);
            }

            KeptSession[] read = [.. items.Items.Select(KeptSession.Of).OfType<KeptSession>()];
            bool isSettled = true;
            foreach (KeptSession kept in read.Where(kept => kept.Session.IsUnsettled))
            {
                isSettled &= !await SettleAsync(kept, cancellationToken);
            }

            if (isSettled)
            {
                return new SyncPage<KeptSession>(read, items.NextPageToken);
            }
        }

        throw KeepsMoving();
    }

    // Tries an operation on the item of an index entry, until the item exists and is not moving.
    private async Task<Session?> LookAsync(string sessionId, Func<string, Task<Session?>> tryAsync, CancellationToken cancellationToken)
    {
        string? missing = null;
        for (int looks = 0; looks < MaximumLooks; looks++)
        {
            await WaitAsync(looks, cancellationToken);
            if ((await FindEntryAsync(sessionId, cancellationToken))?.Key is not { } key)
            {
                return null;
            }

            if (await tryAsync(key) is { } session)
            {
                return session;
            }

            switch (await FindKeptAsync(key, cancellationToken))
            {
                case { } kept when kept.Session.SessionId == sessionId:
                    if (kept.Session.IsUnsettled)
                    {
                        await SettleAsync(kept, cancellationToken);
                    }

                    break;
                case var _ when missing == key:
                    // Left by a creation that was interrupted.
                    return null;
                default:
                    missing = key;
                    break;
            }
        }

        throw KeepsMoving();
    }

    // The first retry comes at once, because the move has just been completed. Callers that still conflict must not retry at the same time.
    private Task WaitAsync(int looks, CancellationToken cancellationToken)
    {
        TimeSpan bound = LookDelay * Math.Pow(2, Math.Min(looks, 6));
        return looks < 2 ? Task.CompletedTask : Task.Delay(bound * (0.5 + (Random.Shared.NextDouble() / 2)), time, cancellationToken);
    }

    private static SyncApiException KeepsMoving() =>
        new(HttpStatusCode.Conflict, null, "Others keep changing when the session starts.", null, null);

    private static string Changed(JsonText data, string sessionId, Func<Session, Session> change)
    {
        if (SessionJson.ReadSession(data) is not { IsGone: false, IsUnsettled: false } current || current.SessionId != sessionId)
        {
            throw new NotHereException();
        }

        Session changed = change(current);
        return SessionJson.Write(changed) == SessionJson.Write(current)
            ? data.GetRawText()
            : SessionJson.Write(changed with
            {
                Changes = current.Changes + 1,
                MovesTo = changed.StartTime == current.StartTime ? null : SessionKeys.New(changed.StartTime),
            });
    }

    /// <summary>Completes the move of a session.</summary>
    /// <returns>Whether there was anything to do, so the session must be read again.</returns>
    private async Task<bool> SettleAsync(KeptSession kept, CancellationToken cancellationToken)
    {
        if (kept.Session.MovesTo is { } target)
        {
            await FinishAsync(kept, target, cancellationToken);
            return true;
        }

        // This is read after the item, so the item that the index names now existed then.
        string source = kept.Session.MovedFrom!;
        string? current = (await FindEntryAsync(kept.Session.SessionId, cancellationToken))?.Key;
        if (current is null)
        {
            // Somebody has removed the index. Nothing else may be lost here.
            return false;
        }

        if (current == kept.Key || current == source)
        {
            if (await FindKeptAsync(source, cancellationToken) is { } old && old.Session.MovesTo == kept.Key)
            {
                await FinishAsync(old, kept.Key, cancellationToken);
            }
            else if (current == kept.Key)
            {
                await ArriveAsync(kept.Key, source, cancellationToken);
            }
        }
        else
        {
            // Created by a helper that was too late.
            await MarkAsync(kept, cancellationToken);
        }

        return true;
    }

    // The steps from the second on. Several callers may do each of them at once, and more than once.
    private async Task FinishAsync(KeptSession old, string target, CancellationToken cancellationToken)
    {
        await CreateItemAsync(
            SessionKeys.Sessions, target, SessionJson.Write(old.Session with { MovesTo = null, MovedFrom = old.Key }), cancellationToken);
        SyncMapItem entry = await store.ChangeMapItemAsync(
            SessionKeys.Index,
            SessionKeys.IndexKey(old.Session.SessionId),
            "session",
            data => SessionJson.ReadEntry(data)?.Key == old.Key ? SessionJson.Write(new IndexEntry(target)) : data.GetRawText(),
            cancellationToken);
        if (SessionJson.ReadEntry(entry.Data)?.Key == target)
        {
            await MarkAsync(old, cancellationToken);
            await ArriveAsync(target, old.Key, cancellationToken);
        }
    }

    private async Task MarkAsync(KeptSession kept, CancellationToken cancellationToken)
    {
        string mark = SessionJson.Write(kept.Session with
        {
            SessionName = null,
            Picture = null,
            Participants = [],
            MovesTo = null,
            MovedFrom = null,
            IsGone = true,
        });
        try
        {
            await store.SetMapItemAsync(
                SessionKeys.Sessions, kept.Key, JsonElement.Parse(mark), MarkTtl, kept.Revision, cancellationToken);
        }
        catch (SyncApiException exception) when (exception.Status is HttpStatusCode.PreconditionFailed or HttpStatusCode.NotFound)
        {
            // Somebody else has done it.
        }
    }

    private Task ArriveAsync(string key, string source, CancellationToken cancellationToken) => Missing.IgnoreAsync(store.ChangeMapItemAsync(
        SessionKeys.Sessions,
        key,
        "session",
        data => SessionJson.ReadSession(data) is { } session && session.MovedFrom == source
            ? SessionJson.Write(session with { MovedFrom = null })
            : data.GetRawText(),
        cancellationToken));

    private async Task<KeptSession?> FindKeptAsync(string key, CancellationToken cancellationToken) =>
        await FindItemAsync(SessionKeys.Sessions, key, cancellationToken) is { } item ? KeptSession.Of(item) : null;

    private async Task<SyncMapItem?> FindItemAsync(string map, string key, CancellationToken cancellationToken)
    {
        try
        {
            return await store.GetMapItemAsync(map, key, cancellationToken);
        }
        catch (SyncApiException exception) when (exception.Status == HttpStatusCode.NotFound)
        {
            // Not even the map exists: no session was ever created.
            return null;
        }
    }

    // The first caller that needs a map creates it.
    private async Task<SyncMapItem?> CreateItemAsync(string map, string key, string data, CancellationToken cancellationToken)
    {
        JsonElement json = JsonElement.Parse(data);
        for (bool isOpen = false; ; isOpen = true)
        {
            try
            {
                return await store.CreateMapItemAsync(map, key, json, cancellationToken: cancellationToken);
            }
            catch (SyncApiException exception) when (exception.Status == HttpStatusCode.Conflict)
            {
                // No two entries have the same key, so it was created by an earlier attempt.
                return null;
            }
            catch (SyncApiException exception) when (exception.Status == HttpStatusCode.NotFound && !isOpen)
            {
                await store.OpenMapAsync(map, cancellationToken: cancellationToken);
            }
        }
    }

    /// <summary>Is thrown if the item is not a session, or the session has moved.</summary>
    private sealed class NotHereException : Exception;
}

/// <summary>A session with its item.</summary>
/// <param name="Key">The item's key.</param>
/// <param name="Revision">The item's revision, which is not the session's.</param>
internal sealed record KeptSession(Session Session, string Key, string Revision)
{
    /// <summary>Reads an item, or returns <see langword="null"/> if it is not a session.</summary>
    public static KeptSession? Of(SyncMapItem item) => SessionJson.ReadSession(item.Data) is { } session
        ? new KeptSession(session with { ServiceSid = item.ServiceSid }, item.Key, item.Revision)
        : null;
}

/// <summary>Requests for objects that may no longer exist.</summary>
internal static class Missing
{
    /// <summary>Waits for a request, and ignores a 404.</summary>
    public static async Task IgnoreAsync(Task request)
    {
        try
        {
            await request;
        }
        catch (SyncApiException exception) when (exception.Status == HttpStatusCode.NotFound)
        {
            // This is the desired state.
        }
    }
}
