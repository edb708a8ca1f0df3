using Azure.Core;
using Azure.Identity;

namespace SyncFunctions.Configuration;

/// <summary>How the app signs in to services of Azure that it is not given a secret for.</summary>
internal static class AzureCredential
{
    /// <summary>Gets the managed identity in Azure, and the developer's own sign-in elsewhere.</summary>
    /// <remarks>
    /// In Azure nothing but the managed identity is tried: the developer's ways of signing in would only cost time there, and hide a missing
    /// identity.
    /// </remarks>
    /// <param name="clientId">A user-assigned identity; <see langword="null"/> for the one that <c>AZURE_CLIENT_ID</c> names, as Azure.Identity has it, or else the app's own.</param>
    public static TokenCredential Create(Settings settings, string? clientId = null) => AzureEnvironment.IsAzure(settings.Configuration)
        ? new ManagedIdentityCredential((clientId ?? settings.Value("AZURE_CLIENT_ID")) is { } client
            ? ManagedIdentityId.FromUserAssignedClientId(client)
            : ManagedIdentityId.SystemAssigned)
        : new DefaultAzureCredential();
}
