using System.Net;
using System.Reflection;
using System.Text.RegularExpressions;

using Microsoft.Extensions.Configuration;

using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator;

/// <summary>
/// The emulator's options: its address, its data file, its credentials and limits. The default credentials are fixed, so that samples can be pasted. They
/// protect nothing, which is why it listens on loopback only.
/// </summary>
public sealed partial class EmulatorOptions
{
    /// <summary>The configuration section: <c>Emulator</c>.</summary>
    public const string Section = "Emulator";

    private const string DefaultAuthToken = "0123456789abcdef0123456789abcdef";
    private const string DefaultApiKeySecret = "emulator-api-key-secret-0123456789";

    /// <summary>The IP address to listen on. An address beyond loopback requires your own auth token and API key secret.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>The port; 0 for any free one.</summary>
    public int Port { get; set; } = 7072;

    /// <summary>The SQLite file, relative to the working directory. It is created if it does not exist.</summary>
    public string DataFile { get; set; } = Path.Combine(".sync", "sync.db");

    /// <summary>
    /// Whether the data is removed when the emulator stops. It is then kept in a temporary folder that only its owner can read, and <see cref="DataFile"/>
    /// is ignored.
    /// </summary>
    /// <remarks>Writes do not wait for the disk. If an emulator was killed, the next one removes its data.</remarks>
    /// <value><see langword="false"/> by default.</value>
    public bool InMemory { get; set; }

    /// <summary>A snapshot to import into the default service at every start, before it listens. Objects whose names are taken are replaced.</summary>
    public string? ImportFile { get; set; }

    /// <summary>A snapshot to import into the default service at the start if the service is empty, so that later changes are kept.</summary>
    public string? SeedFile { get; set; }

    /// <summary>Gets the progress of the import at the start; <see langword="null"/> if it is not needed.</summary>
    public IProgress<EmulatorProgress>? ImportProgress { get; set; }

    /// <summary>Whether to enforce Twilio's rate limits with 429, such as 20 writes a second to an object.</summary>
    public bool EnforceRateLimits { get; set; }

    /// <summary>The account that owns everything: <c>AC</c> and 32 hexadecimal digits.</summary>
    public string AccountSid { get; set; } = "AC" + new string('0', 32);

    /// <summary>The account's auth token.</summary>
    public string AuthToken { get; set; } = DefaultAuthToken;

    /// <summary>The API key that is accepted as an alternative to the auth token: <c>SK</c> and 32 hexadecimal digits.</summary>
    public string ApiKeySid { get; set; } = "SK" + new string('0', 32);

    /// <summary>The API key's secret.</summary>
    public string ApiKeySecret { get; set; } = DefaultApiKeySecret;

    /// <summary>The SID of the service that is also reached as <c>default</c>: <c>IS</c> and 32 hexadecimal digits.</summary>
    public string ServiceSid { get; set; } = "IS" + new string('0', 32);

    /// <summary>How many realtime clients may be connected at a time. Further clients get 503.</summary>
    /// <value>10,000 by default, which take some 400 MB.</value>
    public int MaximumRealtimeConnections { get; set; } = 10_000;

    /// <summary>
    /// Origins whose web pages may use the emulator, separated by commas, such as <c>https://flex.twilio.com</c>. Pages of a loopback origin always may.
    /// Pages of other origins must not, because the default credentials are public.
    /// </summary>
    public string AllowedOrigins { get; set; } = "";

    /// <summary>Host names that are accepted beside those of loopback, separated by commas.</summary>
    public string AllowedHosts { get; set; } = "";

    /// <summary>The SIDs of further services that are created at the start.</summary>
    public IReadOnlyList<string> ProvisionedServiceSids { get; set; } = [];

    /// <summary>Creates options for tests: any free port of the loopback address, and data that is removed at the end.</summary>
    public static EmulatorOptions ForTests() => new() { Port = 0, InMemory = true };

    /// <summary>Reads the options from their section.</summary>
    /// <exception cref="EmulatorStartException">A value has the wrong type; the message names its setting.</exception>
    public static EmulatorOptions Read(IConfiguration configuration)
    {
        try
        {
            return configuration.GetSection(Section).Get<EmulatorOptions>() ?? new EmulatorOptions();
        }
        catch (InvalidOperationException exception)
        {
            string key = SettingPath().Match(exception.Message).Groups["key"].Value;
            string rule = typeof(EmulatorOptions).GetProperty(key, BindingFlags.Instance | BindingFlags.Public | BindingFlags.IgnoreCase)?.PropertyType switch
            {
                { } type when type == typeof(int) => "must be a whole number",
                { } type when type == typeof(bool) => "must be true or false",
                _ => "has a value of the wrong type",
            };
            throw new EmulatorStartException($"{Section}__{key} {rule}.", exception);
        }
    }

    /// <summary>Checks every value.</summary>
    /// <exception cref="EmulatorStartException">A value cannot be used; the message names its setting.</exception>
    public void Validate()
    {
        Require(Port is >= 0 and <= 65_535, nameof(Port), "must be a port number, or 0 for any free port");
        Require(MaximumRealtimeConnections >= 0, nameof(MaximumRealtimeConnections), "must be 0 or more");
        Require(InMemory || !string.IsNullOrWhiteSpace(DataFile), nameof(DataFile), "must name a file");
        Require(ImportFile is null || SeedFile is null, nameof(SeedFile), $"and {Section}__{nameof(ImportFile)} cannot be used together");
        RequireSid(AccountSid, "AC", nameof(AccountSid));
        RequireSid(ApiKeySid, "SK", nameof(ApiKeySid));
        RequireSid(ServiceSid, "IS", nameof(ServiceSid));
        for (int i = 0; i < ProvisionedServiceSids.Count; i++)
        {
            RequireSid(ProvisionedServiceSids[i], "IS", $"{nameof(ProvisionedServiceSids)}__{i}");
        }

        Require(IPAddress.TryParse(Address, out IPAddress? address), nameof(Address), "must be an IP address, such as 127.0.0.1");
        Require(IPAddress.IsLoopback(address!) || AuthToken != DefaultAuthToken, nameof(AuthToken), "must be set to your own value: other machines can reach the Address");
        Require(IPAddress.IsLoopback(address!) || ApiKeySecret != DefaultApiKeySecret, nameof(ApiKeySecret), "must be set to your own value: other machines can reach the Address");
        Require(AuthToken.Length > 0, nameof(AuthToken), "must not be empty");
        Require(ApiKeySecret.Length > 0, nameof(ApiKeySecret), "must not be empty");
    }

    private static void RequireSid(string value, string prefix, string name) => Require(
        Sid.IsOf(value, prefix), name, $"must be {prefix} followed by 32 hexadecimal digits");

    private static void Require(bool condition, string name, string rule)
    {
        if (!condition)
        {
            throw new EmulatorStartException($"{Section}__{name} {rule}.");
        }
    }

    // The configuration binder names the setting only in its message.
    [GeneratedRegex(@"'Emulator:(?<key>[^']+)'")]
    private static partial Regex SettingPath();
}
