using SyncFunctions.Client;
using SyncFunctions.Store.Sessions;

namespace SyncFunctions.Functions.Results;

/// <summary>A session in responses.</summary>
/// <param name="TeamId">The SID of the Sync service.</param>
/// <param name="ClientId">The same.</param>
/// <param name="StartTime">When it starts (UTC).</param>
/// <param name="EndTime">When it ends (UTC).</param>
/// <param name="CanceledTime">When it was canceled (UTC); <see langword="null"/> if it was not.</param>
/// <param name="Revision">How many times it has changed, which is also its ETag.</param>
internal sealed record SessionAnswer(
    string SessionId,
    string TeamId,
    string ClientId,
    string? SessionName,
    DateTime StartTime,
    DateTime EndTime,
    string? Picture,
    DateTime? CanceledTime,
    string Revision,
    IReadOnlyList<ParticipantAnswer> Participants) : IRevisioned
{
    /// <summary>Creates the response.</summary>
    /// <param name="entryUrl">Makes the entry link of a participant's id.</param>
    public static SessionAnswer Of(Session session, Func<string, string> entryUrl) => new(
        session.SessionId,
        session.ServiceSid,
        session.ServiceSid,
        session.SessionName,
        session.StartTime,
        session.EndTime,
        session.Picture,
        session.CanceledTime,
        session.Revision,
        [.. session.Participants.Select(participant => ParticipantAnswer.Of(session, participant, entryUrl))]);
}

/// <summary>A participant in responses.</summary>
/// <param name="ClientId">The SID of the Sync service.</param>
/// <param name="Role"><c>HOST</c> or <c>GUEST</c>.</param>
/// <param name="EntryUrl">The participant's entry link.</param>
/// <param name="WaitingSince">Since when a guest has been waiting (UTC); <see langword="null"/> if they are not waiting.</param>
/// <param name="AdmittedAt">When a guest was admitted (UTC); <see langword="null"/> if they were not.</param>
/// <param name="DeletedAt">When the participant was removed (UTC); <see langword="null"/> if they were not.</param>
internal sealed record ParticipantAnswer(
    string ParticipantId,
    string SessionId,
    string ClientId,
    string? DisplayName,
    string Role,
    string? Picture,
    string? State,
    string EntryUrl,
    DateTime? WaitingSince,
    DateTime? AdmittedAt,
    DateTime? DeletedAt)
{
    /// <summary>Creates the response.</summary>
    /// <param name="entryUrl">Makes the entry link of a participant's id.</param>
    public static ParticipantAnswer Of(Session session, SessionParticipant participant, Func<string, string> entryUrl) => new(
        participant.ParticipantId,
        session.SessionId,
        session.ServiceSid,
        participant.DisplayName,
        participant.Role,
        participant.Picture,
        participant.State,
        entryUrl(participant.ParticipantId),
        participant.WaitingSince,
        participant.AdmittedAt,
        participant.DeletedAt);
}

/// <summary>The response to a participant who enters.</summary>
/// <param name="Role"><c>HOST</c> or <c>GUEST</c>.</param>
/// <param name="Token">The access token.</param>
/// <param name="Expires">When it expires (UTC).</param>
internal sealed record JoinAnswer(string Role, string Token, DateTime Expires, JoinedSession Session);

/// <summary>The response to a guest who waits.</summary>
/// <param name="State"><c>waiting</c>.</param>
internal sealed record WaitingAnswer(string State)
{
    /// <summary>The state of a waiting guest.</summary>
    public const string Waiting = "waiting";
}

/// <summary>A session as its participants see it, without the ids and links of others.</summary>
/// <param name="StartTime">When it starts (UTC).</param>
/// <param name="EndTime">When it ends (UTC).</param>
internal sealed record JoinedSession(
    string SessionId, string? SessionName, DateTime StartTime, DateTime EndTime, string? Picture, IReadOnlyList<JoinedParticipant> Participants)
{
    /// <summary>Creates it.</summary>
    public static JoinedSession Of(Session session) => new(
        session.SessionId,
        session.SessionName,
        session.StartTime,
        session.EndTime,
        session.Picture,
        [
            .. session.WithoutRemoved().Participants.Select(participant =>
                new JoinedParticipant(participant.DisplayName, participant.Role, participant.Picture)),
        ]);
}

/// <summary>A participant as the others see them.</summary>
/// <param name="Role"><c>HOST</c> or <c>GUEST</c>.</param>
internal sealed record JoinedParticipant(string? DisplayName, string Role, string? Picture);
