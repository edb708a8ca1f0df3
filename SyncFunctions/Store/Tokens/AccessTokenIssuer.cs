using System.Text;
using System.Text.Json.Nodes;

using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace SyncFunctions.Store.Tokens;

/// <summary>The contents of an access token to create.</summary>
/// <param name="Identity">Its holder.</param>
/// <param name="Life">How long it is valid: up to 24 hours.</param>
/// <param name="Grants">What its holder may do; at most one grant of each kind.</param>
public sealed record AccessTokenRequest(string Identity, TimeSpan Life, params IReadOnlyList<AccessGrant> Grants);

/// <summary>An access token.</summary>
/// <param name="Token">The JWT to give to Twilio's client SDKs.</param>
/// <param name="Expires">When it expires (UTC).</param>
public sealed record IssuedAccessToken(string Identity, string Token, DateTime Expires);

/// <summary>The API key that signs access tokens.</summary>
/// <param name="Region">The account's region, such as <c>ie1</c>, or <see langword="null"/> for us1.</param>
public sealed record AccessTokenKey(string AccountSid, string ApiKeySid, string ApiKeySecret, string? Region)
{
    /// <summary>Writes a text without the secret.</summary>
    public override string ToString() => ApiKeySid;
}

/// <summary>Creates Twilio's access tokens: JWTs with grants, signed with an API key (https://www.twilio.com/docs/iam/access-tokens).</summary>
/// <param name="key"><see langword="null"/> if none is configured.</param>
public sealed class AccessTokenIssuer(AccessTokenKey? key, TimeProvider time)
{
    /// <summary>The longest life of a token, in seconds.</summary>
    public const int MaximumSeconds = 86_400;

    /// <summary>The default life of a token, in seconds.</summary>
    public const int DefaultSeconds = 3600;

    // Static, so that its library is loaded with the first token and not at the start.
    private static readonly JsonWebTokenHandler Handler = new();

    /// <summary>Creates a token.</summary>
    /// <exception cref="NotConfiguredException">The app has no API key.</exception>
    public IssuedAccessToken Issue(AccessTokenRequest request)
    {
        if (key is null)
        {
            throw new NotConfiguredException(
                "Access tokens are signed with an API key: the app needs Twilio__AccountSid, Twilio__ApiKeySid and Twilio__ApiKeySecret.");
        }

        long now = time.GetUtcNow().ToUnixTimeSeconds();
        long expires = now + (long)request.Life.TotalSeconds;
        JsonObject grants = new() { ["identity"] = request.Identity };
        foreach (AccessGrant grant in request.Grants)
        {
            grants[grant.Name] = grant.Claims();
        }

        JsonObject payload = new()
        {
            ["jti"] = $"{key.ApiKeySid}-{now}",
            ["grants"] = grants,
            ["iat"] = now,
            ["exp"] = expires,
            ["iss"] = key.ApiKeySid,
            ["sub"] = key.AccountSid,
        };
        Dictionary<string, object> header = new() { [JwtHeaderParameterNames.Cty] = "twilio-fpa;v=1" };
        if (key.Region is { } region)
        {
            header["twr"] = region;
        }

        return new IssuedAccessToken(
            request.Identity,
            Handler.CreateToken(payload.ToJsonString(), Credentials(key), header),
            DateTimeOffset.FromUnixTimeSeconds(expires).UtcDateTime);
    }

    private static SigningCredentials Credentials(AccessTokenKey key)
    {
        byte[] secret = Encoding.UTF8.GetBytes(key.ApiKeySecret);
        // The library requires long keys. HMAC itself pads shorter keys with zeros, so this padding does not change the signature.
        Array.Resize(ref secret, Math.Max(secret.Length, 64));
        return new SigningCredentials(new SymmetricSecurityKey(secret), SecurityAlgorithms.HmacSha256);
    }
}
