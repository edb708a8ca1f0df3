using System.Text.Json.Serialization;

namespace SyncFunctions.Client;

/// <summary>Reads Sync's JSON (snake case). Data may be nested deeper than the serializer takes by default: 16 KiB hold 8,192 levels.</summary>
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

/// <summary>The body of an error. Every member may be missing: proxies answer too.</summary>
internal sealed record SyncError(int? Code, string? Message, string? MoreInfo);

/// <summary>Where a page stands among the others.</summary>
/// <param name="NextPageUrl">Where the next one is; <see langword="null"/> on the last.</param>
internal sealed record SyncPageMeta([property: JsonRequired] string? NextPageUrl);
