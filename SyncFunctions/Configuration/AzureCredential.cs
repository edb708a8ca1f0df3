using Azure.Core;
using Azure.Identity;

namespace SyncFunctions.Configuration;

/// <summary>The app's sign-in to Azure services for which it has no secret.</summary>
internal static class AzureCredential
{
    /// <summary>Gets the managed identity in Azure, and the developer's own sign-in elsewhere.</summary>
    /// <remarks>
    /// In Azure only the managed identity is tried: a developer's sign-in methods would only cost time there, and hide a missing identity.
    /// </remarks>
    /// <param name="clientId">A user-assigned identity; <see langword="null"/> for the one in <c>AZURE_CLIENT_ID</c>, or else the app's system-assigned
    /// identity.</param>
    public static TokenCredential Create(Settings settings, string? clientId = null) => AzureEnvironment.IsAzure(settings.Configuration)
        ? new ManagedIdentityCredential((clientId ?? settings.Value("AZURE_CLIENT_ID")) is { } client
            ? ManagedIdentityId.FromUserAssignedClientId(client)
            : ManagedIdentityId.SystemAssigned)
        : new DefaultAzureCredential();
}
