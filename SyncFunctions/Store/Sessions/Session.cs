using System.Text.Json.Serialization;

using SyncFunctions.Client;

namespace SyncFunctions.Store.Sessions;

/// <summary>Holds a scheduled session with all of its participants, as it is stored in one item of a Sync map.</summary>
public sealed record Session : IRevisioned
{
    /// <summary>Gets its ID: a UUID of 128 random bits.</summary>
    [JsonPropertyName("id")]
    public required string SessionId { get; init; }

    /// <summary>Gets its name, or <see langword="null"/> for none.</summary>
    [JsonPropertyName("name")]
    public string? SessionName { get; init; }

    /// <summary>Gets when it starts (UTC, to the millisecond).</summary>
    [JsonPropertyName("start")]
    public required DateTime StartTime { get; init; }

    /// <summary>Gets when it ends (UTC, to the millisecond).</summary>
    [JsonPropertyName("end")]
    public required DateTime EndTime { get; init; }

    /// <summary>Gets its picture, a URL for example, or <see langword="null"/> for none.</summary>
    [JsonPropertyName("picture")]
    public string? Picture { get; init; }

    /// <summary>Gets when it was canceled (UTC), which cannot be undone, or <see langword="null"/> if it was not.</summary>
    [JsonPropertyName("canceled")]
    public DateTime? CanceledTime { get; init; }

    /// <summary>Gets the number of changes since it was created.</summary>
    [JsonPropertyName("rev")]
    public long Changes { get; init; }

    /// <summary>Gets its participants in the order in which they were added, including removed ones.</summary>
    [JsonPropertyName("participants")]
    public IReadOnlyList<SessionParticipant> Participants { get; init; } = [];

    /// <summary>Gets the SID of its Sync service.</summary>
    [JsonIgnore]
    public string ServiceSid { get; init; } = "";

    /// <inheritdoc/>
    [JsonIgnore]
    public string Revision => $"{Changes}";

    /// <summary>Gets the key to which it is moving, or <see langword="null"/> if it is not moving.</summary>
    [JsonInclude, JsonPropertyName("movesTo")]
    internal string? MovesTo { get; init; }

    /// <summary>Gets the old key while the move from it is not finished; otherwise <see langword="null"/>.</summary>
    [JsonInclude, JsonPropertyName("movedFrom")]
    internal string? MovedFrom { get; init; }

    /// <summary>Gets whether this is the marker of a session that is now under another key.</summary>
    [JsonInclude, JsonPropertyName("gone"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    internal bool IsGone { get; init; }

    /// <summary>Gets whether a move is not finished.</summary>
    [JsonIgnore]
    internal bool IsUnsettled => MovesTo is not null || MovedFrom is not null;

    /// <summary>Finds a participant who was not removed, or <see langword="null"/> if there is none.</summary>
    public SessionParticipant? Find(string participantId) =>
        Participants.FirstOrDefault(participant => participant.ParticipantId == participantId && participant.DeletedAt is null);

    /// <summary>Leaves out removed participants.</summary>
    public Session WithoutRemoved() => this with { Participants = [.. Participants.Where(participant => participant.DeletedAt is null)] };

    /// <summary>Writes a text without IDs: anyone who has one can enter.</summary>
    public override string ToString() => nameof(Session);
}

/// <summary>Holds a participant of a session.</summary>
/// <remarks>A participant has at most one of the three dates: waiting since, admitted, or removed.</remarks>
public sealed record SessionParticipant
{
    /// <summary>The role of participants who enter directly, and admit others.</summary>
    public const string Host = "HOST";

    /// <summary>The role of participants who must be admitted.</summary>
    public const string Guest = "GUEST";

    /// <summary>Gets the ID, with which anyone can enter: a UUID of 128 random bits.</summary>
    [JsonPropertyName("id")]
    public required string ParticipantId { get; init; }

    /// <summary>Gets the name, or <see langword="null"/> for none.</summary>
    [JsonPropertyName("name")]
    public string? DisplayName { get; init; }

    /// <summary>Gets the role: <see cref="Host"/> or <see cref="Guest"/>.</summary>
    [JsonPropertyName("role")]
    public required string Role { get; init; }

    /// <summary>Gets the picture, a URL for example, or <see langword="null"/> for none.</summary>
    [JsonPropertyName("picture")]
    public string? Picture { get; init; }

    /// <summary>Gets a text of the caller's own, or <see langword="null"/> for none.</summary>
    [JsonPropertyName("state")]
    public string? State { get; init; }

    /// <summary>Gets when a guest began to wait for admission (UTC), or <see langword="null"/> if they are not waiting.</summary>
    [JsonPropertyName("waiting")]
    public DateTime? WaitingSince { get; init; }

    /// <summary>Gets when the participant was admitted (UTC), or <see langword="null"/> if they were not.</summary>
    [JsonPropertyName("admitted")]
    public DateTime? AdmittedAt { get; init; }

    /// <summary>Gets when the participant was removed (UTC), or <see langword="null"/> if they were not.</summary>
    [JsonPropertyName("deleted")]
    public DateTime? DeletedAt { get; init; }

    /// <summary>Gets whether the participant may enter while the session is open.</summary>
    [JsonIgnore]
    public bool MayEnter => DeletedAt is null && (Role == Host || AdmittedAt is not null);

    /// <summary>Writes a text without the ID: anyone who has it can enter.</summary>
    public override string ToString() => nameof(SessionParticipant);
}

/// <summary>Describes a session to create or update. <see langword="null"/> leaves a field out of a creation, and unchanged in an update.</summary>
/// <param name="SessionName">Up to 256 characters.</param>
/// <param name="StartTime">When it starts (UTC).</param>
/// <param name="EndTime">When it ends (UTC): after the start.</param>
/// <param name="Picture">Up to 2,048 characters.</param>
public sealed record SessionFields(string? SessionName, DateTime? StartTime, DateTime? EndTime, string? Picture);

/// <summary>Describes a participant to create or update. <see langword="null"/> leaves a field out of a creation, and unchanged in an update.</summary>
/// <param name="DisplayName">Up to 256 characters.</param>
/// <param name="Role"><see cref="SessionParticipant.Host"/> or <see cref="SessionParticipant.Guest"/>.</param>
/// <param name="Picture">Up to 2,048 characters.</param>
/// <param name="State">Up to 64 characters.</param>
public sealed record ParticipantFields(string? DisplayName, string? Role, string? Picture, string? State)
{
    /// <summary>Writes a text without any values.</summary>
    public override string ToString() => nameof(ParticipantFields);
}

/// <summary>Holds a participant and their session.</summary>
/// <param name="Session">The session.</param>
/// <param name="Participant">The participant.</param>
public sealed record SessionEntry(Session Session, SessionParticipant Participant);
