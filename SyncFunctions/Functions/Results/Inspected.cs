using SyncFunctions.Client;

namespace SyncFunctions.Functions.Results;

// The emulator writes this JSON, and the functions pass it on. These types describe it.

/// <summary>A page of what the emulator has recorded, newest first.</summary>
/// <param name="First">The id to pass as <c>before</c> for older items; <see langword="null"/> if there are none.</param>
/// <param name="Last">The id to pass as <c>after</c> for newer items.</param>
internal sealed record InspectionPage<T>(IReadOnlyList<T> Items, long? First, long Last);

/// <summary>A request that the emulator answered.</summary>
/// <param name="Time">When it arrived (UTC).</param>
/// <param name="Via"><c>rest</c>, or <c>realtime</c> for a request through a realtime connection.</param>
/// <param name="Path">The path with its query, as it was sent.</param>
/// <param name="Caller">The SID of the account or API key, or the identity; <see langword="null"/> if the credentials were refused.</param>
/// <param name="Form">The fields of its form; <see langword="null"/> if it had none.</param>
/// <param name="Body">The JSON body of a realtime request; <see langword="null"/> if it had none.</param>
/// <param name="IsCut">Whether only the beginning of the form or body is kept.</param>
/// <param name="Code">Twilio's error code; <see langword="null"/> if the request succeeded.</param>
/// <param name="Message">The error message; <see langword="null"/> if the request succeeded.</param>
/// <param name="Duration">Milliseconds.</param>
/// <param name="ResponseSize">Bytes of the response's body.</param>
internal sealed record InspectedRequest(
    long Id, DateTime Time, string Via, string Method, string Path, string? Caller, string? IfMatch, IReadOnlyDictionary<string, string>? Form, string? Body,
    bool IsCut, int Status, int? Code, string? Message, double Duration, int ResponseSize);

/// <summary>A change in the emulator.</summary>
/// <param name="Time">When it was made (UTC).</param>
/// <param name="Type">Such as <c>document_updated</c>.</param>
/// <param name="Index">The index of a list item.</param>
/// <param name="Key">The key of a map item.</param>
/// <param name="MessageSid">The SID of a stream message.</param>
/// <param name="Author">The identity that made it; <c>system</c> for REST.</param>
/// <param name="EndpointId">The realtime connection that made it; <see langword="null"/> for REST.</param>
internal sealed record InspectedEvent(
    long Id, DateTime Time, string? ServiceSid, string Type, string? ObjectKind, string? ObjectSid, string? UniqueName, long? Index, string? Key,
    string? MessageSid, string? Revision, string Author, string? EndpointId, JsonText? Data);

/// <summary>A webhook delivery of the emulator.</summary>
/// <param name="Body">The form that was sent.</param>
/// <param name="Signature">The <c>X-Twilio-Signature</c>.</param>
/// <param name="State"><c>pending</c>, <c>delivered</c> or <c>dropped</c>.</param>
/// <param name="Status">The HTTP status of the latest response; <see langword="null"/> if there was none.</param>
/// <param name="Answer">The beginning of the latest response's body.</param>
/// <param name="Error">Why there was no response.</param>
/// <param name="Duration">Milliseconds of the latest attempt.</param>
/// <param name="Repeats">The id of the delivery that this one sends again.</param>
internal sealed record InspectedDelivery(
    long Id, DateTime Time, string ServiceSid, string EventType, string? Url, string Body, string? Signature, string State, int Attempts, int? Status,
    string? Answer, string? Error, double? Duration, long? Repeats);

/// <summary>The realtime connections of the emulator, newest first.</summary>
/// <param name="Items">The first 1,000 of them.</param>
/// <param name="Count">How many there are.</param>
internal sealed record InspectedConnections(IReadOnlyList<InspectedConnection> Items, int Count);

/// <summary>A realtime connection of the emulator. What the client tells when it signs in is <see langword="null"/> before that.</summary>
/// <param name="Since">When it was opened (UTC).</param>
/// <param name="Client">The client's SDK and version, as it reports them.</param>
/// <param name="TokenExpires">When its access token expires (UTC).</param>
/// <param name="Subscriptions">The first of its subscriptions.</param>
/// <param name="WaitingPackets">How many packets wait to be sent.</param>
internal sealed record InspectedConnection(
    string Id, string? Identity, string? ServiceSid, DateTime Since, string? RemoteAddress, string? Client, DateTime? TokenExpires, int SubscriptionCount,
    IReadOnlyList<InspectedSubscription> Subscriptions, long WaitingPackets, long WaitingBytes, long SentBytes, long SentEvents);

/// <summary>A subscription of a realtime connection.</summary>
/// <param name="Kind"><c>document</c>, <c>list</c>, <c>map</c>, <c>stream</c>, or the type of a query.</param>
/// <param name="Query">The expression of a live query; <see langword="null"/> for objects.</param>
internal sealed record InspectedSubscription(string Kind, string Sid, string? UniqueName, string? Query);
