using System.Text.Json.Serialization;

using SyncFunctions.Client;

namespace SyncFunctions.Store.Sessions;

/// <summary>Holds a scheduled session with all of its participants, as one item of a Sync map keeps it.</summary>
public sealed record Session : IRevisioned
{
    /// <summary>Gets its id: a UUID of 128 random bits.</summary>
    [JsonPropertyName("id")]
    public required string SessionId { get; init; }

    /// <summary>Gets its name; <see langword="null"/> for none.</summary>
    [JsonPropertyName("name")]
    public string? SessionName { get; init; }

    /// <summary>Gets when it starts (UTC, to the millisecond).</summary>
    [JsonPropertyName("start")]
    public required DateTime StartTime { get; init; }

    /// <summary>Gets when it ends (UTC, to the millisecond).</summary>
    [JsonPropertyName("end")]
    public required DateTime EndTime { get; init; }

    /// <summary>Gets its picture, a URL for example; <see langword="null"/> for none.</summary>
    [JsonPropertyName("picture")]
    public string? Picture { get; init; }

    /// <summary>Gets when it was canceled (UTC), which is final; <see langword="null"/> if it was not.</summary>
    [JsonPropertyName("canceled")]
    public DateTime? CanceledTime { get; init; }

    /// <summary>Gets how often it has changed since it was created.</summary>
    [JsonPropertyName("rev")]
    public long Changes { get; init; }

    /// <summary>Gets its participants in the order in which they came, with those that were removed.</summary>
    [JsonPropertyName("participants")]
    public IReadOnlyList<SessionParticipant> Participants { get; init; } = [];

    /// <summary>Gets the SID of the Sync service that it is in.</summary>
    [JsonIgnore]
    public string ServiceSid { get; init; } = "";

    /// <inheritdoc/>
    [JsonIgnore]
    public string Revision => $"{Changes}";

    /// <summary>Gets the key that it is on its way to; <see langword="null"/> if it stays at its own.</summary>
    [JsonInclude, JsonPropertyName("movesTo")]
    internal string? MovesTo { get; init; }

    /// <summary>Gets the key that it is not yet gone from; <see langword="null"/> if it has arrived.</summary>
    [JsonInclude, JsonPropertyName("movedFrom")]
    internal string? MovedFrom { get; init; }

    /// <summary>Gets whether it was here, and is under another key now.</summary>
    [JsonInclude, JsonPropertyName("gone"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    internal bool IsGone { get; init; }

    /// <summary>Gets whether a move has begun that is not finished.</summary>
    [JsonIgnore]
    internal bool IsUnsettled => MovesTo is not null || MovedFrom is not null;

    /// <summary>Finds a participant who was not removed; <see langword="null"/> if there is none.</summary>
    public SessionParticipant? Find(string participantId) =>
        Participants.FirstOrDefault(participant => participant.ParticipantId == participantId && participant.DeletedAt is null);

    /// <summary>Leaves those participants away that were removed.</summary>
    public Session WithoutRemoved() => this with { Participants = [.. Participants.Where(participant => participant.DeletedAt is null)] };

    /// <summary>Shows no id: they let their bearers in.</summary>
    public override string ToString() => nameof(Session);
}

/// <summary>Holds a participant of a session.</summary>
/// <remarks>A guest has one date at a time: since when they wait, when they were admitted, or when they were removed.</remarks>
public sealed record SessionParticipant
{
    /// <summary>The role of those who enter directly, and admit others.</summary>
    public const string Host = "HOST";

    /// <summary>The role of those who must be admitted.</summary>
    public const string Guest = "GUEST";

    /// <summary>Gets the id, which lets its bearer in: a UUID of 128 random bits.</summary>
    [JsonPropertyName("id")]
    public required string ParticipantId { get; init; }

    /// <summary>Gets the name; <see langword="null"/> for none.</summary>
    [JsonPropertyName("name")]
    public string? DisplayName { get; init; }

    /// <summary>Gets the role: <see cref="Host"/> or <see cref="Guest"/>.</summary>
    [JsonPropertyName("role")]
    public required string Role { get; init; }

    /// <summary>Gets the picture, a URL for example; <see langword="null"/> for none.</summary>
    [JsonPropertyName("picture")]
    public string? Picture { get; init; }

    /// <summary>Gets a text of the caller's own; <see langword="null"/> for none.</summary>
    [JsonPropertyName("state")]
    public string? State { get; init; }

    /// <summary>Gets since when a guest waits to be admitted (UTC); <see langword="null"/> if they do not.</summary>
    [JsonPropertyName("waiting")]
    public DateTime? WaitingSince { get; init; }

    /// <summary>Gets when the participant was admitted (UTC); <see langword="null"/> if they were not.</summary>
    [JsonPropertyName("admitted")]
    public DateTime? AdmittedAt { get; init; }

    /// <summary>Gets when the participant was removed (UTC); <see langword="null"/> if they were not.</summary>
    [JsonPropertyName("deleted")]
    public DateTime? DeletedAt { get; init; }

    /// <summary>Gets whether the participant may enter while the session is open.</summary>
    [JsonIgnore]
    public bool MayEnter => DeletedAt is null && (Role == Host || AdmittedAt is not null);

    /// <summary>Shows no id: it lets its bearer in.</summary>
    public override string ToString() => nameof(SessionParticipant);
}

/// <summary>Says what a session is to be like; <see langword="null"/> leaves a field out of a creation, and as it is in an update.</summary>
/// <param name="SessionName">Up to 256 characters.</param>
/// <param name="StartTime">When it starts (UTC).</param>
/// <param name="EndTime">When it ends (UTC): after the start.</param>
/// <param name="Picture">Up to 2,048 characters.</param>
public sealed record SessionFields(string? SessionName, DateTime? StartTime, DateTime? EndTime, string? Picture);

/// <summary>Says what a participant is to be like; <see langword="null"/> leaves a field out of a creation, and as it is in an update.</summary>
/// <param name="DisplayName">Up to 256 characters.</param>
/// <param name="Role"><see cref="SessionParticipant.Host"/> or <see cref="SessionParticipant.Guest"/>.</param>
/// <param name="Picture">Up to 2,048 characters.</param>
/// <param name="State">Up to 64 characters.</param>
public sealed record ParticipantFields(string? DisplayName, string? Role, string? Picture, string? State)
{
    /// <summary>Shows no more than that there are some.</summary>
    public override string ToString() => nameof(ParticipantFields);
}

/// <summary>Holds a participant with the session that they belong to.</summary>
/// <param name="Session">The session.</param>
/// <param name="Participant">The participant.</param>
public sealed record SessionEntry(Session Session, SessionParticipant Participant);
