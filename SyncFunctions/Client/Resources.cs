using System.Text.Json.Serialization;

namespace SyncFunctions.Client;

/// <summary>A resource with a revision.</summary>
public interface IRevisioned
{
    /// <summary>An opaque text that changes with every change of the resource.</summary>
    string Revision { get; }
}

/// <summary>A Sync document: one JSON object of at most 16 KiB.</summary>
/// <param name="UniqueName">Its name within the service; <see langword="null"/> for an anonymous document.</param>
/// <param name="Url">Its absolute URL at Sync.</param>
/// <param name="Links">The absolute URL of <c>permissions</c>.</param>
/// <param name="Data">Its JSON, kept as the text that Sync sent.</param>
/// <param name="DateExpires">When it expires (UTC); <see langword="null"/> if it never does.</param>
/// <param name="CreatedBy">The identity that created it; <c>system</c> for REST.</param>
public sealed record SyncDocument(
    [property: JsonRequired] string Sid,
    string? UniqueName,
    string AccountSid,
    string ServiceSid,
    string Url,
    IReadOnlyDictionary<string, string> Links,
    [property: JsonRequired, JsonConverter(typeof(RevisionConverter))] string Revision,
    JsonText Data,
    DateTime? DateExpires,
    DateTime DateCreated,
    DateTime DateUpdated,
    string CreatedBy) : IRevisioned;

/// <summary>A Sync list.</summary>
/// <param name="UniqueName">Its name within the service; <see langword="null"/> for an anonymous list.</param>
/// <param name="Url">Its absolute URL at Sync.</param>
/// <param name="Links">The absolute URLs of <c>items</c> and <c>permissions</c>.</param>
/// <param name="DateExpires">When it expires (UTC); <see langword="null"/> if it never does.</param>
/// <param name="CreatedBy">The identity that created it; <c>system</c> for REST.</param>
public sealed record SyncList(
    [property: JsonRequired] string Sid,
    string? UniqueName,
    string AccountSid,
    string ServiceSid,
    string Url,
    IReadOnlyDictionary<string, string> Links,
    [property: JsonRequired, JsonConverter(typeof(RevisionConverter))] string Revision,
    DateTime? DateExpires,
    DateTime DateCreated,
    DateTime DateUpdated,
    string CreatedBy) : IRevisioned;

/// <summary>An item of a Sync list.</summary>
/// <param name="Index">Its position, assigned by Sync: ascending, with gaps, never reused.</param>
/// <param name="Url">Its absolute URL at Sync.</param>
/// <param name="Data">Its JSON object of at most 16 KiB, kept as the text that Sync sent.</param>
/// <param name="DateExpires">When it expires (UTC); <see langword="null"/> if not before its list.</param>
/// <param name="CreatedBy">The identity that created it; <c>system</c> for REST.</param>
public sealed record SyncListItem(
    [property: JsonRequired] long Index,
    string AccountSid,
    string ServiceSid,
    string ListSid,
    string Url,
    [property: JsonRequired, JsonConverter(typeof(RevisionConverter))] string Revision,
    JsonText Data,
    DateTime? DateExpires,
    DateTime DateCreated,
    DateTime DateUpdated,
    string CreatedBy) : IRevisioned;

/// <summary>A Sync map.</summary>
/// <param name="UniqueName">Its name within the service; <see langword="null"/> for an anonymous map.</param>
/// <param name="Url">Its absolute URL at Sync.</param>
/// <param name="Links">The absolute URLs of <c>items</c> and <c>permissions</c>.</param>
/// <param name="DateExpires">When it expires (UTC); <see langword="null"/> if it never does.</param>
/// <param name="CreatedBy">The identity that created it; <c>system</c> for REST.</param>
public sealed record SyncMap(
    [property: JsonRequired] string Sid,
    string? UniqueName,
    string AccountSid,
    string ServiceSid,
    string Url,
    IReadOnlyDictionary<string, string> Links,
    [property: JsonRequired, JsonConverter(typeof(RevisionConverter))] string Revision,
    DateTime? DateExpires,
    DateTime DateCreated,
    DateTime DateUpdated,
    string CreatedBy) : IRevisioned;

/// <summary>An item of a Sync map.</summary>
/// <param name="Key">Its key within the map, of 1 to 320 characters.</param>
/// <param name="Url">Its absolute URL at Sync.</param>
/// <param name="Data">Its JSON object of at most 16 KiB, kept as the text that Sync sent.</param>
/// <param name="DateExpires">When it expires (UTC); <see langword="null"/> if not before its map.</param>
/// <param name="CreatedBy">The identity that created it; <c>system</c> for REST.</param>
public sealed record SyncMapItem(
    [property: JsonRequired] string Key,
    string AccountSid,
    string ServiceSid,
    string MapSid,
    string Url,
    [property: JsonRequired, JsonConverter(typeof(RevisionConverter))] string Revision,
    JsonText Data,
    DateTime? DateExpires,
    DateTime DateCreated,
    DateTime DateUpdated,
    string CreatedBy) : IRevisioned;

/// <summary>A Sync message stream.</summary>
/// <param name="UniqueName">Its name within the service; <see langword="null"/> for an anonymous stream.</param>
/// <param name="Url">Its absolute URL at Sync.</param>
/// <param name="Links">The absolute URL of <c>messages</c>.</param>
/// <param name="DateExpires">When it expires (UTC); <see langword="null"/> if it never does.</param>
/// <param name="CreatedBy">The identity that created it; <c>system</c> for REST.</param>
public sealed record SyncStream(
    [property: JsonRequired] string Sid,
    string? UniqueName,
    string AccountSid,
    string ServiceSid,
    string Url,
    IReadOnlyDictionary<string, string> Links,
    DateTime? DateExpires,
    DateTime DateCreated,
    DateTime DateUpdated,
    string CreatedBy);

/// <summary>A message that was published to a stream.</summary>
/// <param name="Data">Its JSON object of at most 4 KiB, kept as the text that Sync sent.</param>
public sealed record SyncStreamMessage(
    [property: JsonRequired] string Sid,
    JsonText Data);

/// <summary>What an identity may do with a document, list or map, if the service enforces permissions.</summary>
/// <param name="DocumentSid">The document; <see langword="null"/> if the permission is for another type of object.</param>
/// <param name="ListSid">The list; <see langword="null"/> if the permission is for another type of object.</param>
/// <param name="MapSid">The map; <see langword="null"/> if the permission is for another type of object.</param>
/// <param name="Identity">The identity of an access token.</param>
/// <param name="Read">Whether it may read and subscribe.</param>
/// <param name="Write">Whether it may change data and items.</param>
/// <param name="Manage">Whether it may remove the object.</param>
/// <param name="Url">Its absolute URL at Sync.</param>
public sealed record SyncPermission(
    string AccountSid,
    string ServiceSid,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? DocumentSid,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ListSid,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? MapSid,
    [property: JsonRequired] string Identity,
    bool Read,
    bool Write,
    bool Manage,
    string Url);

/// <summary>A Sync service.</summary>
/// <param name="ReachabilityDebouncingWindow">Milliseconds.</param>
public sealed record SyncService(
    [property: JsonRequired] string Sid,
    string? UniqueName,
    string AccountSid,
    string? FriendlyName,
    DateTime DateCreated,
    DateTime DateUpdated,
    string Url,
    string? WebhookUrl,
    bool WebhooksFromRestEnabled,
    bool ReachabilityWebhooksEnabled,
    bool AclEnabled,
    bool ReachabilityDebouncingEnabled,
    int ReachabilityDebouncingWindow,
    IReadOnlyDictionary<string, string> Links);
