using System.Net;
using System.Text.Json;

using SyncFunctions.Client;

namespace SyncFunctions.Store.Sessions;

/// <summary>
/// Keeps each session as one item of a map, under a key that begins with its start, and an index from ids to keys. A session is read and changed
/// as a whole, by one revision.
/// </summary>
/// <remarks>
/// <para>Another start means another key. That takes several requests, and the app may end between any two of them, so each step can be told from
/// the data, and whoever meets a session on its way takes it to the end first:</para>
/// <list type="number">
/// <item>The old item gets its new data with <c>movesTo</c>, under its revision. From here on the change is made, and nobody changes the item again.</item>
/// <item>The new item is created with <c>movedFrom</c>.</item>
/// <item>The index leads to the new item, if it has led to the old one.</item>
/// <item>The old item becomes a mark that expires after a day. A helper that comes late cannot create an item under that key again, which would
/// pass for the session: a new item has the revision of any other new item.</item>
/// <item>The new item loses <c>movedFrom</c>.</item>
/// </list>
/// </remarks>
/// <param name="store">The Sync service.</param>
/// <param name="time">By whose clock a call waits before it looks again.</param>
internal sealed class SessionItems(SyncStore store, TimeProvider time)
{
    // How often a call looks again at a session that others keep moving, before it gives up.
    private const int MaximumLooks = 20;

    private static readonly TimeSpan LookDelay = TimeSpan.FromMilliseconds(10);

    private const int SimultaneousWrites = 8;

    private static readonly SyncTtl MarkTtl = SyncTtl.FromSeconds(24 * 60 * 60);

    /// <summary>Adds a session. It is there with its last request, the item's; what the index has before leads nowhere.</summary>
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

    /// <summary>Has an id lead to something.</summary>
    public Task IndexAsync(string id, IndexEntry entry, CancellationToken cancellationToken) =>
        CreateItemAsync(SessionKeys.Index, SessionKeys.IndexKey(id), SessionJson.Write(entry), cancellationToken);

    /// <summary>Has an id lead nowhere.</summary>
    public Task UnindexAsync(string id, CancellationToken cancellationToken) =>
        Missing.IgnoreAsync(store.RemoveMapItemAsync(SessionKeys.Index, SessionKeys.IndexKey(id), cancellationToken: cancellationToken));

    /// <summary>Finds what an id leads to; <see langword="null"/> for nothing.</summary>
    public async Task<IndexEntry?> FindEntryAsync(string id, CancellationToken cancellationToken) =>
        await FindItemAsync(SessionKeys.Index, SessionKeys.IndexKey(id), cancellationToken) is { } item ? SessionJson.ReadEntry(item.Data) : null;

    /// <summary>Finds a session; <see langword="null"/> if there is none.</summary>
    public Task<Session?> FindAsync(string sessionId, CancellationToken cancellationToken) => LookAsync(
        sessionId,
        async key => await FindKeptAsync(key, cancellationToken) is { Session: { IsUnsettled: false, IsGone: false } session } && session.SessionId == sessionId
            ? session
            : null,
        cancellationToken);

    /// <summary>Changes a session. No concurrent change is lost.</summary>
    /// <param name="change">Makes the new session of the current one; called anew for each conflict. What it throws ends the call.</param>
    /// <returns>The session as it is then; <see langword="null"/> if there is none.</returns>
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

    /// <summary>Reads a page of the sessions, in the order of their starts, in one request if none of them is on its way.</summary>
    /// <returns>The sessions with their keys, and where Sync goes on.</returns>
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

    // Tries something with the item that the index leads to, until it is there and on no way.
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
                    // What a creation that ended half way has left.
                    return null;
                default:
                    missing = key;
                    break;
            }
        }

        throw KeepsMoving();
    }

    // The second look comes at once: what was in its way has just been taken to its end. Callers that still meet must not come back together.
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

    /// <summary>Takes a session that is on its way to the end of it.</summary>
    /// <returns>Whether there was anything to do, so that it must be looked at again.</returns>
    private async Task<bool> SettleAsync(KeptSession kept, CancellationToken cancellationToken)
    {
        if (kept.Session.MovesTo is { } target)
        {
            await FinishAsync(kept, target, cancellationToken);
            return true;
        }

        // After the item was read: what the index leads to now was there then.
        string source = kept.Session.MovedFrom!;
        string? current = (await FindEntryAsync(kept.Session.SessionId, cancellationToken))?.Key;
        if (current is null)
        {
            // Somebody has removed the index. Nothing that is left is lost by us.
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
            // What a helper created that came too late.
            await MarkAsync(kept, cancellationToken);
        }

        return true;
    }

    // From the second step on. All of them may be made by several at once, and more than once.
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
            // Not even the map is there: no session was ever created.
            return null;
        }
    }

    // The first one to need a map creates it.
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
                // No two things have the same key: it is there already.
                return null;
            }
            catch (SyncApiException exception) when (exception.Status == HttpStatusCode.NotFound && !isOpen)
            {
                await store.OpenMapAsync(map, cancellationToken: cancellationToken);
            }
        }
    }

    /// <summary>The item is no session, or one that is elsewhere by now.</summary>
    private sealed class NotHereException : Exception;
}

/// <summary>A session with the item that keeps it.</summary>
/// <param name="Key">The item's key.</param>
/// <param name="Revision">The item's revision, which is not the session's.</param>
internal sealed record KeptSession(Session Session, string Key, string Revision)
{
    /// <summary>Reads an item; <see langword="null"/> if it keeps no session.</summary>
    public static KeptSession? Of(SyncMapItem item) => SessionJson.ReadSession(item.Data) is { } session
        ? new KeptSession(session with { ServiceSid = item.ServiceSid }, item.Key, item.Revision)
        : null;
}

/// <summary>Removals of what may be gone already.</summary>
internal static class Missing
{
    /// <summary>Waits for a request, and is content if what it is about is not there.</summary>
    public static async Task IgnoreAsync(Task request)
    {
        try
        {
            await request;
        }
        catch (SyncApiException exception) when (exception.Status == HttpStatusCode.NotFound)
        {
            // As it should be.
        }
    }
}
