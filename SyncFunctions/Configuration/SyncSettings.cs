using System.Globalization;

using Microsoft.Extensions.Configuration;

using SyncFunctions.Client;
using SyncFunctions.Store;

namespace SyncFunctions.Configuration;

/// <summary>The app's settings, read and checked once at start.</summary>
/// <param name="Credentials">The Twilio credentials; null to use the embedded emulator.</param>
/// <param name="BaseUrl">The address of Twilio's Sync API; not used with the emulator.</param>
/// <param name="Services">The SIDs of the Sync services by their keys, which are not case-sensitive.</param>
/// <param name="Client">The client's timeouts and retry limits.</param>
public sealed record SyncSettings(
    TwilioCredentials? Credentials,
    Uri BaseUrl,
    IReadOnlyDictionary<string, string> Services,
    SyncClientOptions Client)
{
    /// <summary>The alias of the SID of the account's default service.</summary>
    public const string DefaultService = "default";

    /// <summary>Gets the SID of the Conversations service that access tokens are for; <see langword="null"/> if none is configured.</summary>
    public string? ConversationsServiceSid { get; init; }

    /// <summary>Gets whether no credentials are configured, so that the embedded emulator is used.</summary>
    public bool UsesEmulator => Credentials is null;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="StartupException">A value is missing or cannot be used; the message names its key.</exception>
    public static SyncSettings Read(IConfiguration configuration)
    {
        Settings settings = new(configuration);
        TwilioCredentials? credentials = TwilioCredentials.Read(settings);
        Dictionary<string, string> services = ReadServices(settings);
        if (credentials is null && AzureEnvironment.IsAzure(configuration))
        {
            throw new StartupException(
                "Twilio__AccountSid is missing: in Azure the app needs Twilio__AccountSid and Twilio__AuthToken, or Twilio__ApiKeySid and Twilio__ApiKeySecret.");
        }

        if (credentials is null)
        {
            services.TryAdd(SyncStores.DefaultKey, DefaultService);
        }
        else if (services.Count == 0)
        {
            throw new StartupException("Sync__Services__default__ServiceSid (or SYNC_SERVICE_SID) is missing: set the SID of the Sync service to use.");
        }

        return new SyncSettings(credentials, ReadBaseUrl(settings, credentials), services, ReadClient(settings))
        {
            ConversationsServiceSid = settings.Sid("Conversations:ServiceSid", "IS"),
        };
    }

    private static Dictionary<string, string> ReadServices(Settings settings)
    {
        Dictionary<string, string> services = new(StringComparer.OrdinalIgnoreCase);
        foreach (IConfigurationSection section in settings.Configuration.GetSection("Sync:Services").GetChildren())
        {
            string name = $"Sync__Services__{section.Key}__ServiceSid";
            if (settings.Value($"{section.Path}:ServiceSid") is { } sid)
            {
                services.Add(section.Key, CheckServiceSid(name, sid));
            }
            else if (section["ServiceSid"] is null)
            {
                throw new StartupException($"{name} is missing.");
            }
        }

        if (settings.Value("SYNC_SERVICE_SID") is { } fallback)
        {
            services.TryAdd(SyncStores.DefaultKey, CheckServiceSid("SYNC_SERVICE_SID", fallback));
        }

        return services;
    }

    private static string CheckServiceSid(string name, string sid) =>
        sid == DefaultService || SyncSid.IsOf(sid, "IS")
            ? sid
            : throw new StartupException($"{name} must be {SyncSid.Describe("IS")}, or default.");

    private static Uri ReadBaseUrl(Settings settings, TwilioCredentials? credentials)
    {
        const string Name = "Sync__BaseUrl";
        string? region = settings.HostLabel("Twilio:Region");
        string? edge = settings.HostLabel("Twilio:Edge");
        if (settings.Value("Sync:BaseUrl") is not { } text)
        {
            // As Twilio's SDKs form it: an edge without a region is an edge to us1.
            return new Uri((edge, region) switch
            {
                (null, null) => "https://sync.twilio.com",
                (null, _) => $"https://sync.{region}.twilio.com",
                _ => $"https://sync.{edge}.{region ?? "us1"}.twilio.com",
            });
        }

        if (credentials is null)
        {
            throw new StartupException($"Twilio__AccountSid is missing: {Name} is set, but there are no credentials for it.");
        }

        return Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url is { Scheme: "http" or "https", PathAndQuery: "/", UserInfo: "" }
            ? url
            : throw new StartupException($"{Name} must be an http or https URL without a path, such as https://sync.twilio.com.");
    }

    private static SyncClientOptions ReadClient(Settings settings)
    {
        SyncClientOptions defaults = new();
        return defaults with
        {
            AttemptTimeout = settings.Seconds("Sync:AttemptTimeout") ?? defaults.AttemptTimeout,
            TotalTimeout = settings.Seconds("Sync:TotalTimeout") ?? defaults.TotalTimeout,
        };
    }
}

/// <summary>Reads values by key. An empty value counts as missing, because portals leave empty values behind.</summary>
internal sealed record Settings(IConfiguration Configuration)
{
    // App Service leaves the reference unchanged if it cannot read the secret
    // (https://learn.microsoft.com/azure/app-service/app-service-key-vault-references).
    private const string VaultReference = "@Microsoft.KeyVault(";

    /// <exception cref="StartupException">The value is a Key Vault reference that Azure has not replaced with the secret.</exception>
    public string? Value(string key)
    {
        if (Configuration[key] is not { } text || string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        string value = text.Trim();
        return !value.StartsWith(VaultReference, StringComparison.OrdinalIgnoreCase)
            ? value
            : throw new StartupException(
                $"{Name(key)} refers to a secret of a Key Vault that Azure cannot read: the vault has no such secret, or the app's identity lacks the role Key Vault Secrets User.");
    }

    public string? HostLabel(string key) => Value(key) is { } label
        ? label.All(character => char.IsAsciiLetterOrDigit(character) || character == '-')
            ? label
            : throw new StartupException($"{Name(key)} must be a single word, such as {(key == "Twilio:Edge" ? "dublin" : "ie1")}.")
        : null;

    public string? Sid(string key, string prefix) => Value(key) is { } sid
        ? SyncSid.IsOf(sid, prefix) ? sid : throw new StartupException($"{Name(key)} must be {SyncSid.Describe(prefix)}.")
        : null;

    public TimeSpan? Seconds(string key) => Value(key) is { } text
        ? double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds is >= 0.01 and <= 600
            ? TimeSpan.FromSeconds(seconds)
            : throw new StartupException($"{Name(key)} must be a number of seconds from 0.01 to 600.")
        : null;

    public bool? Boolean(string key) => Value(key) switch
    {
        null => null,
        { } text when bool.TryParse(text, out bool value) => value,
        _ => throw new StartupException($"{Name(key)} must be true or false."),
    };

    /// <summary>A key in the form of an environment variable.</summary>
    public static string Name(string key) => key.Replace(":", "__", StringComparison.Ordinal);
}
