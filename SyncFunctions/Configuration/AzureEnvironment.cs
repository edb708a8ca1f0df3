using Microsoft.Extensions.Configuration;

namespace SyncFunctions.Configuration;

/// <summary>Tells whether the app runs in Azure, where it must never fall back to an emulator.</summary>
internal static class AzureEnvironment
{
    // What App Service, the Functions plans (Flex Consumption among them) and Container Apps set, and Core Tools does not.
    private static readonly string[] Marks =
    [
        "WEBSITE_SITE_NAME", "WEBSITE_INSTANCE_ID", "WEBSITE_SKU", "WEBSITE_POD_NAME", "CONTAINER_APP_NAME", "MANAGED_ENVIRONMENT",
    ];

    public static bool IsAzure(IConfiguration configuration) => Marks.Any(mark => !string.IsNullOrEmpty(configuration[mark]));
}
