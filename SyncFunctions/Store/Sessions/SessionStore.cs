using SyncFunctions.Client;

namespace SyncFunctions.Store.Sessions;

/// <summary>
/// Stores scheduled sessions with their participants in a Sync service. Every change is atomic: no concurrent change is lost, and no reader sees half
/// of a change.
/// </summary>
/// <remarks>
/// All methods throw <see cref="ParameterException"/> with 404 if the session or participant does not exist, 410 if the session was canceled and 413 if it
/// is over 16 KiB, and the exceptions of <see cref="SyncStore"/>.
/// </remarks>
/// <param name="store">The Sync service.</param>
/// <param name="time">The clock for the times of sessions and changes.</param>
public sealed partial class SessionStore(SyncStore store, TimeProvider time)
{
    /// <summary>The maximum number of participants in a creation.</summary>
    public const int MaximumCreated = 100;

    private const string SessionParameter = "sessionId";

    private readonly SessionItems items = new(store, time);

    /// <summary>Creates a session with its participants.</summary>
    /// <exception cref="ParameterException">The end is not after the start.</exception>
    public Task<Session> CreateAsync(
        SessionFields fields, IReadOnlyList<ParticipantFields> participants, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fields);
        Session session = new()
        {
            SessionId = SessionKeys.NewId(),
            SessionName = fields.SessionName,
            StartTime = fields.StartTime ?? throw new ParameterException("startTime", "is required."),
            EndTime = fields.EndTime ?? throw new ParameterException("endTime", "is required."),
            Picture = fields.Picture,
            Participants = [.. participants.Select(NewParticipant)],
        };
        RequireOrder(session, fields);
        SessionJson.RequireRoom(session);
        return items.CreateAsync(session, cancellationToken);
    }

    /// <summary>Gets a session.</summary>
    /// <param name="includesRemoved">Whether to include removed participants.</param>
    /// <param name="ifMatch">The revision that the session must have, or <see langword="null"/> for any.</param>
    public async Task<Session> GetAsync(
        string sessionId, bool includesRemoved = false, string? ifMatch = null, CancellationToken cancellationToken = default)
    {
        Session session = await FindSessionAsync(sessionId, cancellationToken) ?? throw NoSession();
        RequireLive(session, SessionParameter);
        RequireRevision(session, ifMatch);
        return includesRemoved ? session : session.WithoutRemoved();
    }

    /// <summary>Gets a page of the sessions, by start time.</summary>
    /// <param name="page">The size and token. A page may have fewer sessions than its size, or none, although another page follows.</param>
    /// <exception cref="ParameterException">The page token is not one of sessions, or the query differs from the token's.</exception>
    public async Task<SyncPage<Session>> GetPageAsync(SessionQuery query, PageRequest page, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        SessionPageToken? token = page.Token is null ? null : SessionPageToken.Read(page.Token, query);
        SessionQuery inForce = token?.Query ?? query;
        string? first = inForce.From is { } from ? SessionKeys.Bound(from) : null;
        // The last start is inclusive, so the first key to leave out is one with the next millisecond.
        string? beyond = inForce.To is { } to && to < DateTime.MaxValue.AddMilliseconds(-1) ? SessionKeys.Bound(to.AddMilliseconds(1)) : null;
        SyncPage<KeptSession> read = await items.PageAsync(
            token is null ? new ItemQuery(inForce.Order, inForce.IsDescending ? beyond : first, null) : default,
            page with { Token = token?.Position },
            cancellationToken);
        bool IsWithin(KeptSession kept) =>
            (first is null || string.CompareOrdinal(kept.Key, first) >= 0) && (beyond is null || string.CompareOrdinal(kept.Key, beyond) < 0);
        return new SyncPage<Session>(
            [
                .. read.Items
                    .Where(kept => !kept.Session.IsGone && IsWithin(kept) && inForce.Matches(kept.Session))
                    .Select(kept => inForce.Shown(kept.Session)),
            ],
            read.NextPageToken is { } next && read.Items.All(IsWithin) ? new SessionPageToken(next, inForce).Write() : null);
    }

    /// <summary>Changes a session. With another end, the expiry of its Sync document changes too.</summary>
    /// <param name="ifMatch">The revision that the session must have, or <see langword="null"/> for any.</param>
    /// <exception cref="ParameterException">The end is not after the start.</exception>
    public async Task<Session> UpdateAsync(
        string sessionId, SessionFields fields, string? ifMatch = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fields);
        DateTime before = default;
        Session session = await ChangeSessionAsync(
            sessionId,
            ifMatch,
            current =>
            {
                before = current.EndTime;
                Session changed = current with
                {
                    SessionName = fields.SessionName ?? current.SessionName,
                    StartTime = fields.StartTime ?? current.StartTime,
                    EndTime = fields.EndTime ?? current.EndTime,
                    Picture = fields.Picture ?? current.Picture,
                };
                RequireOrder(changed, fields);
                SessionJson.RequireRoom(changed);
                return changed;
            },
            cancellationToken);
        if (session.EndTime != before)
        {
            await ProlongAsync(session, cancellationToken);
        }

        return session.WithoutRemoved();
    }

    /// <summary>Cancels a session, which cannot be undone, and removes its Sync document.</summary>
    /// <param name="ifMatch">The revision that the session must have, or <see langword="null"/> for any.</param>
    public async Task<Session> CancelAsync(string sessionId, string? ifMatch = null, CancellationToken cancellationToken = default)
    {
        bool wasCanceled = false;
        Session session = await ChangeAsync(
            sessionId,
            current =>
            {
                wasCanceled = current.CanceledTime is not null;
                if (wasCanceled)
                {
                    return current;
                }

                RequireRevision(current, ifMatch);
                return current with { CanceledTime = Now() };
            },
            cancellationToken);
        // Even if it was canceled before: that call may have been interrupted.
        await CloseAsync(session, cancellationToken);
        return wasCanceled ? throw Canceled(SessionParameter) : session.WithoutRemoved();
    }

    private static ParameterException NoSession() => new(SessionParameter, "is not the id of a session.", 404);

    private static ParameterException Canceled(string parameter) => new(
        parameter, parameter == SessionParameter ? "names a session that was canceled." : "names a participant of a session that was canceled.", 410);

    private static void RequireLive(Session session, string parameter)
    {
        if (session.CanceledTime is not null)
        {
            throw Canceled(parameter);
        }
    }

    private static void RequireRevision(Session session, string? ifMatch)
    {
        if (ifMatch is not null && session.Revision != ifMatch)
        {
            throw new ParameterException("ifMatch", "is not the revision that the session has.", 412);
        }
    }

    // Names the parameter that the caller has passed.
    private static void RequireOrder(Session session, SessionFields given)
    {
        if (session.EndTime <= session.StartTime)
        {
            throw given.EndTime is not null || given.StartTime is null
                ? new ParameterException("endTime", "must be after startTime.")
                : new ParameterException("startTime", "must be before endTime.");
        }
    }

    private static SessionParticipant NewParticipant(ParticipantFields fields) => new()
    {
        ParticipantId = SessionKeys.NewId(),
        DisplayName = fields.DisplayName,
        Role = fields.Role ?? SessionParticipant.Guest,
        Picture = fields.Picture,
        State = fields.State,
    };

    private Task<Session?> FindSessionAsync(string sessionId, CancellationToken cancellationToken) =>
        SessionKeys.IsId(sessionId) ? items.FindAsync(sessionId, cancellationToken) : Task.FromResult<Session?>(null);

    private Task<Session> ChangeSessionAsync(
        string sessionId, string? ifMatch, Func<Session, Session> change, CancellationToken cancellationToken) => ChangeAsync(
        sessionId,
        current =>
        {
            RequireLive(current, SessionParameter);
            RequireRevision(current, ifMatch);
            return change(current);
        },
        cancellationToken);

    private async Task<Session> ChangeAsync(string sessionId, Func<Session, Session> change, CancellationToken cancellationToken) =>
        (SessionKeys.IsId(sessionId) ? await items.ChangeAsync(sessionId, change, cancellationToken) : null) ?? throw NoSession();

    // To the second: dates must not take up much of a session's space.
    private DateTime Now() => DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds()).UtcDateTime;
}
