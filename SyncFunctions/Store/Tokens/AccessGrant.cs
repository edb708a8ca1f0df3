using System.Text.Json.Nodes;

namespace SyncFunctions.Store.Tokens;

/// <summary>One grant of an access token.</summary>
/// <param name="Name">The grant's name in the token.</param>
public abstract record AccessGrant(string Name)
{
    /// <summary>Creates the grant's claims, with their names in the token.</summary>
    internal abstract JsonObject Claims();

    // A claim without a value is left out.
    private protected static JsonObject Claims(params ReadOnlySpan<(string Name, JsonNode? Value)> claims)
    {
        JsonObject given = [];
        foreach ((string name, JsonNode? value) in claims)
        {
            if (value is not null)
            {
                given[name] = value;
            }
        }

        return given;
    }
}

/// <summary>Allows the use of a Sync service.</summary>
/// <param name="ServiceSid">Its SID, or <c>default</c>.</param>
public sealed record SyncGrant(string ServiceSid) : AccessGrant("data_sync")
{
    /// <inheritdoc/>
    internal override JsonObject Claims() => Claims(("service_sid", ServiceSid));
}

/// <summary>Allows the use of a Conversations (Chat) service.</summary>
/// <param name="ServiceSid">Its SID.</param>
/// <param name="PushCredentialSid">The credential for push notifications, or <see langword="null"/> for none.</param>
/// <param name="EndpointId">The name of this device among the identity's devices, or <see langword="null"/> for no name.</param>
public sealed record ChatGrant(string ServiceSid, string? PushCredentialSid = null, string? EndpointId = null) : AccessGrant("chat")
{
    /// <inheritdoc/>
    internal override JsonObject Claims() =>
        Claims(("service_sid", ServiceSid), ("endpoint_id", EndpointId), ("push_credential_sid", PushCredentialSid));
}

/// <summary>Allows joining Video rooms.</summary>
/// <param name="Room">The name or the SID of the one room, or <see langword="null"/> for any.</param>
public sealed record VideoGrant(string? Room = null) : AccessGrant("video")
{
    /// <inheritdoc/>
    internal override JsonObject Claims() => Claims(("room", Room));
}

/// <summary>Allows making and receiving calls.</summary>
/// <param name="OutgoingApplicationSid">The TwiML application for outgoing calls, or <see langword="null"/> for no outgoing calls.</param>
/// <param name="IncomingAllow">Whether the identity can be called.</param>
/// <param name="PushCredentialSid">The credential for push notifications, or <see langword="null"/> for none.</param>
public sealed record VoiceGrant(string? OutgoingApplicationSid = null, bool IncomingAllow = false, string? PushCredentialSid = null) : AccessGrant("voice")
{
    /// <inheritdoc/>
    internal override JsonObject Claims() => Claims(
        ("incoming", IncomingAllow ? new JsonObject { ["allow"] = true } : null),
        ("outgoing", OutgoingApplicationSid is { } application ? new JsonObject { ["application_sid"] = application } : null),
        ("push_credential_sid", PushCredentialSid));
}
