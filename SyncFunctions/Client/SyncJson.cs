using System.Text.Json.Serialization;

namespace SyncFunctions.Client;

/// <summary>Reads Sync's JSON (snake case). Data may be nested deeper than the serializer allows by default: 16 KiB can have 8,192 levels.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = Client.JsonText.MaximumDepth)]
[JsonSerializable(typeof(SyncDocument))]
[JsonSerializable(typeof(SyncList))]
[JsonSerializable(typeof(SyncListItem))]
[JsonSerializable(typeof(SyncMap))]
[JsonSerializable(typeof(SyncMapItem))]
[JsonSerializable(typeof(SyncStream))]
[JsonSerializable(typeof(SyncStreamMessage))]
[JsonSerializable(typeof(SyncPermission))]
[JsonSerializable(typeof(SyncService))]
[JsonSerializable(typeof(SyncPageMeta))]
[JsonSerializable(typeof(SyncError))]
internal sealed partial class SyncJson : JsonSerializerContext;

/// <summary>The body of an error. Every member may be missing, because a proxy may have sent the response.</summary>
internal sealed record SyncError(int? Code, string? Message, string? MoreInfo);

/// <summary>The links of a page.</summary>
/// <param name="NextPageUrl">The next page's URL; <see langword="null"/> on the last page.</param>
internal sealed record SyncPageMeta([property: JsonRequired] string? NextPageUrl);
