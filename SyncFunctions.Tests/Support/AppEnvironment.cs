using System.Diagnostics;

namespace SyncFunctions.Tests.Support;

/// <summary>The environment of an app's process, without this machine's own configuration.</summary>
internal static class AppEnvironment
{
    // Set to empty instead of removed, so that they override a developer's local.settings.json, which is copied beside the app.
    private static readonly string[] NotConfigured =
    [
        "Twilio__AccountSid", "Twilio__AuthToken", "Twilio__ApiKeySid", "Twilio__ApiKeySecret", "Twilio__Region", "Twilio__Edge", "Sync__BaseUrl",
        "Sync__Services__default__ServiceSid", "MASTER_ACCOUNT_SID", "ACCOUNT_SID", "AUTH_TOKEN", "SYNC_SERVICE_SID", "KeyVault__Uri", "FunctionKeys__Master",
        "FunctionKeys__Host", "PublicUrl", "WEBSITE_SITE_NAME", "WEBSITE_INSTANCE_ID", "WEBSITE_SKU", "WEBSITE_POD_NAME", "CONTAINER_APP_NAME", "MANAGED_ENVIRONMENT",
        "WEBSITE_AUTH_ENABLED", "Conversations__ServiceSid", "AzureWebJobsStorage", "Snapshots__Folder", "Snapshots__ContainerUri", "Jobs__Enabled", "Jobs__Lease",
        "APPLICATIONINSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
    ];

    private static readonly string[] Removed = ["Emulator__", "ASPNETCORE_", "FUNCTIONS_", "DOTNET_ENVIRONMENT", "OTEL_"];

    /// <summary>Cleans a process's environment, gives its emulator any free port, and then makes the settings.</summary>
    public static void Configure(ProcessStartInfo start, IEnumerable<KeyValuePair<string, string>> settings)
    {
        foreach (string name in start.Environment.Keys.Where(name => Removed.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (string name in NotConfigured)
        {
            start.Environment[name] = "";
        }

        start.Environment["Emulator__Port"] = "0";
        foreach ((string name, string value) in settings)
        {
            start.Environment[name] = value;
        }
    }
}
