namespace SyncFunctions.Emulator.Model;

/// <summary>A Sync service and its settings.</summary>
internal sealed record SyncService(
    long Id,
    string Sid,
    string? UniqueName,
    ServiceSettings Settings,
    DateTimeOffset DateCreated,
    DateTimeOffset DateUpdated);

/// <summary>The settings of a service that can be changed.</summary>
/// <param name="ReachabilityDebouncingWindow">Milliseconds.</param>
internal sealed record ServiceSettings(
    string? FriendlyName = null,
    string? WebhookUrl = null,
    bool WebhooksFromRestEnabled = false,
    bool ReachabilityWebhooksEnabled = false,
    bool AclEnabled = false,
    bool ReachabilityDebouncingEnabled = false,
    int ReachabilityDebouncingWindow = 5000);
