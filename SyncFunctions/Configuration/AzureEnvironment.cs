using Microsoft.Extensions.Configuration;

namespace SyncFunctions.Configuration;

/// <summary>Tells whether the app runs in Azure, where it must never fall back to an emulator.</summary>
internal static class AzureEnvironment
{
    // Variables that App Service, the Functions plans (including Flex Consumption) and Container Apps set, but Core Tools does not.
    private static readonly string[] Marks =
    [
        "WEBSITE_SITE_NAME", "WEBSITE_INSTANCE_ID", "WEBSITE_SKU", "WEBSITE_POD_NAME", "CONTAINER_APP_NAME", "MANAGED_ENVIRONMENT",
    ];

    // Read-only in an app (https://learn.microsoft.com/azure/app-service/reference-app-settings).
    private const string AuthenticationMark = "WEBSITE_AUTH_ENABLED";

    /// <summary>Tells whether App Service authentication (Easy Auth) is enabled, so that the headers about a user can be trusted.</summary>
    public static bool SignsUsersIn(IConfiguration configuration) =>
        IsAzure(configuration) && bool.TryParse(configuration[AuthenticationMark], out bool isEnabled) && isEnabled;

    public static bool IsAzure(IConfiguration configuration) => Marks.Any(mark => !string.IsNullOrEmpty(configuration[mark]));
}
