using System.Net;

using SyncFunctions.Client;
using SyncFunctions.Store.Json;

namespace SyncFunctions.Store.Sessions;

public sealed partial class SessionStore
{
    // For participants who stay after the end.
    private static readonly TimeSpan Afterwards = TimeSpan.FromHours(1);

    /// <summary>Creates the identity of a participant in Sync and Video. Others may see it; it does not reveal the participant's ID.</summary>
    public static string Identity(SessionParticipant participant)
    {
        ArgumentNullException.ThrowIfNull(participant);
        return SessionKeys.Identity(participant.ParticipantId);
    }

    /// <summary>Creates the name of a session's Video room and Sync document.</summary>
    public static string Room(Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return SessionKeys.Room(session.SessionId);
    }

    /// <summary>Finds the participant whose entry link has this ID, if the session is open.</summary>
    /// <exception cref="SessionNotOpenException">It has not begun.</exception>
    /// <exception cref="ParameterException">404 if there is no such participant; 410 if the session is over, or was canceled.</exception>
    public async Task<SessionEntry> KnockAsync(string participantId, CancellationToken cancellationToken = default)
    {
        SessionEntry entry = await GetParticipantAsync(participantId, cancellationToken);
        DateTime now = time.GetUtcNow().UtcDateTime;
        return now >= entry.Session.EndTime ? throw new ParameterException(ParticipantParameter, "names a participant of a session that is over.", 410)
            : now < entry.Session.StartTime ? throw new SessionNotOpenException(entry.Session.StartTime)
            : entry;
    }

    /// <summary>Records when a guest began to wait, if it is not recorded yet.</summary>
    public async Task WaitAsync(SessionEntry entry, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Participant.WaitingSince is null)
        {
            await items.ChangeAsync(
                entry.Session.SessionId,
                current => current.CanceledTime is null && current.Find(entry.Participant.ParticipantId) is { MayEnter: false, WaitingSince: null } guest
                    ? Replaced(current, guest with { WaitingSince = Now() })
                    : current,
                cancellationToken);
        }
    }

    /// <summary>
    /// Creates the session's Sync document, if it does not exist yet, and gives the participant the right to read and write it. They have no
    /// other right if the service enforces permissions.
    /// </summary>
    /// <exception cref="ParameterException">They were removed in the meantime, or the session was canceled.</exception>
    public async Task EnterAsync(SessionEntry entry, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        string room = Room(entry.Session);
        await store.OpenDocumentAsync(room, JsonObjectText.Empty, Ttl(entry.Session), cancellationToken);
        try
        {
            await store.SetPermissionAsync(
                PermissionOwner.Document, room, Identity(entry.Participant), read: true, write: true, manage: false, cancellationToken);
        }
        catch (SyncApiException exception) when (exception.Status == HttpStatusCode.NotFound)
        {
            // The document was removed again, perhaps with the session.
            await GetParticipantAsync(entry.Participant.ParticipantId, cancellationToken);
            throw;
        }

        // If somebody has removed them, or canceled the session, since it was read, that call has not found this permission.
        Session? now = await items.FindAsync(entry.Session.SessionId, cancellationToken);
        if (now is null or { CanceledTime: not null })
        {
            await CloseAsync(entry.Session, cancellationToken);
            throw Canceled(ParticipantParameter);
        }

        if (now.Find(entry.Participant.ParticipantId) is not { MayEnter: true })
        {
            await RevokeAsync(entry, cancellationToken);
            throw NoParticipant();
        }
    }

    private Task RevokeAsync(SessionEntry entry, CancellationToken cancellationToken) => Missing.IgnoreAsync(store.RemovePermissionAsync(
        PermissionOwner.Document, Room(entry.Session), Identity(entry.Participant), cancellationToken));

    private Task CloseAsync(Session session, CancellationToken cancellationToken) =>
        Missing.IgnoreAsync(store.RemoveDocumentAsync(Room(session), cancellationToken: cancellationToken));

    private Task ProlongAsync(Session session, CancellationToken cancellationToken) =>
        Missing.IgnoreAsync(store.PatchDocumentAsync(Room(session), JsonObjectText.Empty, Ttl(session), cancellationToken: cancellationToken));

    private SyncTtl Ttl(Session session) => SyncTtl.FromSeconds(
        (int)Math.Clamp(Math.Ceiling((session.EndTime - time.GetUtcNow().UtcDateTime + Afterwards).TotalSeconds), 1, SyncTtl.MaximumSeconds));
}
