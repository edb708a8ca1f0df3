using SyncFunctions.Client;

namespace SyncFunctions.Configuration;

/// <summary>The app's Twilio credentials: an API key if one is configured, else the account's auth token.</summary>
/// <param name="AccountSid">The account's SID; <see langword="null"/> if only an API key is configured.</param>
/// <param name="AuthToken">The account's auth token; <see langword="null"/> if only an API key is configured.</param>
public sealed record TwilioCredentials(string? AccountSid, string? AuthToken, string? ApiKeySid, string? ApiKeySecret)
{
    private const string AccountSidKey = "Twilio__AccountSid";
    private const string AuthTokenKey = "Twilio__AuthToken";
    private const string ApiKeySidKey = "Twilio__ApiKeySid";
    private const string ApiKeySecretKey = "Twilio__ApiKeySecret";

    /// <summary>The user name of the requests to Twilio.</summary>
    public string Username => ApiKeySid ?? AccountSid!;

    /// <summary>The password of the requests to Twilio.</summary>
    public string Password => ApiKeySecret ?? AuthToken!;

    /// <summary>Names the user, never a secret.</summary>
    public override string ToString() => Username;

    /// <summary>Reads the credentials; <see langword="null"/> if none of them is configured.</summary>
    /// <exception cref="StartupException">One half of a pair is missing, or a SID has the wrong form.</exception>
    internal static TwilioCredentials? Read(Settings settings)
    {
        // In the JavaScript library ACCOUNT_SID may be an API key; MASTER_ACCOUNT_SID then is its account.
        string? legacySid = settings.Value("ACCOUNT_SID");
        bool legacyKey = legacySid?.StartsWith("SK", StringComparison.Ordinal) ?? false;
        string? legacySecret = settings.Value("AUTH_TOKEN");
        TwilioCredentials credentials = new(
            settings.Value("Twilio:AccountSid") ?? settings.Value("MASTER_ACCOUNT_SID") ?? (legacyKey ? null : legacySid),
            settings.Value("Twilio:AuthToken") ?? (legacyKey ? null : legacySecret),
            settings.Value("Twilio:ApiKeySid") ?? (legacyKey ? legacySid : null),
            settings.Value("Twilio:ApiKeySecret") ?? (legacyKey ? legacySecret : null));
        return credentials is (null, null, null, null) ? null : credentials.Check();
    }

    private TwilioCredentials Check()
    {
        CheckSid(AccountSid, "AC", $"{AccountSidKey} (or MASTER_ACCOUNT_SID, ACCOUNT_SID)");
        CheckSid(ApiKeySid, "SK", $"{ApiKeySidKey} (or ACCOUNT_SID)");
        string? missing = (AccountSid, AuthToken, ApiKeySid, ApiKeySecret) switch
        {
            (_, _, not null, null) => $"{ApiKeySecretKey} is missing: {ApiKeySidKey} (or ACCOUNT_SID) is set without it.",
            (_, _, null, not null) => $"{ApiKeySidKey} is missing: {ApiKeySecretKey} is set without it.",
            (null, not null, _, _) => $"{AccountSidKey} (or ACCOUNT_SID) is missing: {AuthTokenKey} (or AUTH_TOKEN) is set without it.",
            (not null, null, null, _) => $"{AuthTokenKey} (or AUTH_TOKEN) is missing: {AccountSidKey} (or MASTER_ACCOUNT_SID, ACCOUNT_SID) is set without it.",
            _ => null,
        };
        return missing is null ? this : throw new StartupException(missing);
    }

    private static void CheckSid(string? sid, string prefix, string name)
    {
        if (sid is not null && !SyncSid.IsOf(sid, prefix))
        {
            throw new StartupException($"{name} must be {SyncSid.Describe(prefix)}.");
        }
    }
}
