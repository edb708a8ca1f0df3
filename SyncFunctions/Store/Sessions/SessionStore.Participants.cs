namespace SyncFunctions.Store.Sessions;

public sealed partial class SessionStore
{
    private const string ParticipantParameter = "participantId";

    /// <summary>Adds a participant to a session.</summary>
    public async Task<SessionEntry> AddParticipantAsync(
        string sessionId, ParticipantFields fields, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fields);
        if (!SessionKeys.IsId(sessionId))
        {
            throw NoSession();
        }

        SessionParticipant added = NewParticipant(fields);
        // The index entry comes first, so that an existing participant is always found. The entry of a missing one leads to a session without them.
        await items.IndexAsync(added.ParticipantId, new IndexEntry(SessionId: sessionId), cancellationToken);
        try
        {
            Session session = await ChangeSessionAsync(
                sessionId,
                ifMatch: null,
                current =>
                {
                    Session changed = current with { Participants = [.. current.Participants, added] };
                    SessionJson.RequireRoom(changed);
                    return changed;
                },
                cancellationToken);
            return new SessionEntry(session, added);
        }
        catch (ParameterException)
        {
            await items.UnindexAsync(added.ParticipantId, cancellationToken);
            throw;
        }
    }

    /// <summary>Gets the participant with an ID, and the session.</summary>
    public async Task<SessionEntry> GetParticipantAsync(string participantId, CancellationToken cancellationToken = default)
    {
        SessionEntry entry = await FindEntryAsync(participantId, cancellationToken);
        RequireLive(entry.Session, ParticipantParameter);
        return entry;
    }

    /// <summary>Changes a participant. A participant who becomes a guest and was not admitted may no longer enter.</summary>
    public async Task<SessionEntry> UpdateParticipantAsync(
        string participantId, ParticipantFields fields, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fields);
        bool mightEnter = false;
        SessionEntry entry = await ChangeParticipantAsync(
            participantId,
            current =>
            {
                mightEnter = current.MayEnter;
                return current with
                {
                    DisplayName = fields.DisplayName ?? current.DisplayName,
                    Role = fields.Role ?? current.Role,
                    Picture = fields.Picture ?? current.Picture,
                    State = fields.State ?? current.State,
                };
            },
            SessionJson.RequireRoom,
            cancellationToken);
        if (mightEnter && !entry.Participant.MayEnter)
        {
            await RevokeAsync(entry, cancellationToken);
        }

        return entry;
    }

    /// <summary>Admits a guest, for as long as they are a participant.</summary>
    public Task<SessionEntry> AdmitParticipantAsync(string participantId, CancellationToken cancellationToken = default) => ChangeParticipantAsync(
        participantId, current => current with { AdmittedAt = current.AdmittedAt ?? Now(), WaitingSince = null }, null, cancellationToken);

    /// <summary>Removes a participant, and their right to the session's document in Sync.</summary>
    public async Task<SessionEntry> RemoveParticipantAsync(string participantId, CancellationToken cancellationToken = default)
    {
        SessionParticipant? before = null;
        SessionParticipant? removed = null;
        Session session = await ChangeSessionOfAsync(
            participantId,
            current =>
            {
                before = current.Participants.FirstOrDefault(participant => participant.ParticipantId == participantId) ?? throw NoParticipant();
                removed = before with { DeletedAt = before.DeletedAt ?? Now(), AdmittedAt = null, WaitingSince = null };
                return before.DeletedAt is null ? Replaced(current, removed) : current;
            },
            cancellationToken);
        SessionEntry entry = new(session, removed!);
        // Even if they were removed before: that call may have been interrupted.
        await RevokeAsync(entry, cancellationToken);
        return before!.DeletedAt is null ? entry : throw NoParticipant();
    }

    private static ParameterException NoParticipant() => new(ParticipantParameter, "is not the id of a participant.", 404);

    private static Session Replaced(Session session, SessionParticipant changed) => session with
    {
        Participants =
        [
            .. session.Participants.Select(participant => participant.ParticipantId == changed.ParticipantId ? changed : participant),
        ],
    };

    private async Task<SessionEntry> ChangeParticipantAsync(
        string participantId, Func<SessionParticipant, SessionParticipant> change, Action<Session>? check, CancellationToken cancellationToken)
    {
        SessionParticipant? changed = null;
        Session session = await ChangeSessionOfAsync(
            participantId,
            current =>
            {
                changed = change(current.Find(participantId) ?? throw NoParticipant());
                Session whole = Replaced(current, changed);
                check?.Invoke(whole);
                return whole;
            },
            cancellationToken);
        return new SessionEntry(session, changed!);
    }

    private async Task<Session> ChangeSessionOfAsync(
        string participantId, Func<Session, Session> change, CancellationToken cancellationToken) =>
        await items.ChangeAsync(
            await FindSessionIdAsync(participantId, cancellationToken) ?? throw NoParticipant(),
            current =>
            {
                RequireLive(current, ParticipantParameter);
                return change(current);
            },
            cancellationToken) ?? throw NoParticipant();

    private async Task<SessionEntry> FindEntryAsync(string participantId, CancellationToken cancellationToken) =>
        await FindSessionIdAsync(participantId, cancellationToken) is { } sessionId
        && await items.FindAsync(sessionId, cancellationToken) is { } session
        && session.Find(participantId) is { } participant
            ? new SessionEntry(session, participant)
            : throw NoParticipant();

    private async Task<string?> FindSessionIdAsync(string participantId, CancellationToken cancellationToken) =>
        SessionKeys.IsId(participantId) ? (await items.FindEntryAsync(participantId, cancellationToken))?.SessionId : null;
}
