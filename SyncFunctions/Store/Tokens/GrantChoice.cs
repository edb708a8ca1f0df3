namespace SyncFunctions.Store.Tokens;

/// <summary>The grants that a call requests, with their parameters.</summary>
/// <param name="Names">Some of <see cref="All"/>, or <see langword="null"/> for Sync and every grant that another parameter belongs to.</param>
/// <param name="ChatServiceSid">The Conversations service, or <see langword="null"/> for the configured one.</param>
/// <param name="PushCredentialSid">The push credential, for every grant that can have one.</param>
/// <param name="EndpointId">The device's name in the Chat grant.</param>
/// <param name="Room">The one Video room, or <see langword="null"/> for any.</param>
/// <param name="OutgoingApplicationSid">The TwiML application for outgoing calls.</param>
/// <param name="IncomingAllow">Whether incoming calls are allowed.</param>
public sealed record GrantChoice(
    IReadOnlyList<string>? Names = null,
    string? ChatServiceSid = null,
    string? PushCredentialSid = null,
    string? EndpointId = null,
    string? Room = null,
    string? OutgoingApplicationSid = null,
    bool IncomingAllow = false)
{
    private const string Sync = "sync";
    private const string Chat = "chat";
    private const string Video = "video";
    private const string Voice = "voice";

    /// <summary>Gets the names of all grants.</summary>
    public static IReadOnlyList<string> All { get; } = [Sync, Chat, Video, Voice];

    /// <summary>Creates the grants.</summary>
    /// <param name="syncServiceSid">The Sync service.</param>
    /// <param name="conversationsServiceSid">The Conversations service if the call names none, or <see langword="null"/> if none is configured.</param>
    /// <exception cref="ParameterException">A parameter belongs to a grant that is not requested, or there is no Conversations service.</exception>
    public IReadOnlyList<AccessGrant> Resolve(string syncServiceSid, string? conversationsServiceSid)
    {
        IReadOnlyList<string> names = Names ?? [Sync, .. ChatServiceSid is null ? [] : (string[])[Chat], .. Room is null ? [] : (string[])[Video]];
        Require(names, ChatServiceSid is not null, "chatServiceSid", Chat);
        Require(names, PushCredentialSid is not null, "pushCredentialSid", Chat, Voice);
        Require(names, EndpointId is not null, "endpointId", Chat);
        Require(names, Room is not null, "room", Video);
        Require(names, OutgoingApplicationSid is not null, "outgoingApplicationSid", Voice);
        Require(names, IncomingAllow, "incomingAllow", Voice);
        return [.. All.Where(names.Contains).Select(name => Grant(name, syncServiceSid, conversationsServiceSid))];
    }

    private static void Require(IReadOnlyList<string> names, bool isGiven, string parameter, params string[] grants)
    {
        if (isGiven && !grants.Any(names.Contains))
        {
            throw new ParameterException(parameter, $"needs the grant {string.Join(" or ", grants)}: name it in grants.");
        }
    }

    private AccessGrant Grant(string name, string syncServiceSid, string? conversationsServiceSid) => name switch
    {
        Sync => new SyncGrant(syncServiceSid),
        Chat => new ChatGrant(
            ChatServiceSid ?? conversationsServiceSid
                ?? throw new ParameterException("chatServiceSid", "is required for the grant chat, as Conversations__ServiceSid is not configured."),
            PushCredentialSid,
            EndpointId),
        Video => new VideoGrant(Room),
        _ => new VoiceGrant(OutgoingApplicationSid, IncomingAllow, PushCredentialSid),
    };
}
