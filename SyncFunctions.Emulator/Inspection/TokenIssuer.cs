using System.Text;
using System.Text.Json.Nodes;

using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace SyncFunctions.Emulator.Inspection;

/// <summary>Creates access tokens for Sync that are signed with the emulator's API key.</summary>
internal sealed class TokenIssuer(EmulatorOptions options, TimeProvider time)
{
    /// <summary>The maximum lifetime of a token, in seconds.</summary>
    public const int MaximumSeconds = 86_400;

    /// <summary>The default lifetime of a token, in seconds.</summary>
    public const int DefaultSeconds = 3600;

    // Static, so that its library is loaded with the first token and not at the start.
    private static readonly JsonWebTokenHandler Handler = new();

    /// <summary>Creates a token.</summary>
    /// <returns>The token and its expiry.</returns>
    public (string Token, DateTimeOffset Expires) Issue(string identity, string serviceSid, long seconds)
    {
        long now = time.GetUtcNow().ToUnixTimeSeconds();
        JsonObject payload = new()
        {
            ["jti"] = $"{options.ApiKeySid}-{now}",
            ["grants"] = new JsonObject { ["identity"] = identity, ["data_sync"] = new JsonObject { ["service_sid"] = serviceSid } },
            ["iat"] = now,
            ["exp"] = now + seconds,
            ["iss"] = options.ApiKeySid,
            ["sub"] = options.AccountSid,
        };
        Dictionary<string, object> header = new() { [JwtHeaderParameterNames.Cty] = "twilio-fpa;v=1" };
        return (Handler.CreateToken(payload.ToJsonString(), Credentials(), header), DateTimeOffset.FromUnixTimeSeconds(now + seconds));
    }

    private SigningCredentials Credentials()
    {
        byte[] secret = Encoding.UTF8.GetBytes(options.ApiKeySecret);
        // The library requires long keys. An HMAC pads shorter ones with zeros anyway, so this does not change the signature.
        Array.Resize(ref secret, Math.Max(secret.Length, 64));
        return new SigningCredentials(new SymmetricSecurityKey(secret), SecurityAlgorithms.HmacSha256);
    }
}
