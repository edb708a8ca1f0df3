using System.Text;
using System.Text.Json;

using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>The contents of an access token.</summary>
/// <param name="ServiceSid">The service of its Sync grant: a SID, or <c>default</c>.</param>
internal sealed record AccessToken(string Identity, string ServiceSid, DateTimeOffset Expires);

/// <summary>Is thrown if an access token is refused, with Twilio's code.</summary>
internal sealed class TokenRefusedException(int code, string message) : Exception(message)
{
    public int Code { get; } = code;
}

/// <summary>Checks Twilio's access tokens: JWTs that are signed with an API key's secret.</summary>
internal sealed class AccessTokens
{
    private const string ContentType = "twilio-fpa;v=1";

    // The depth to which the library parses a token.
    private const int MaximumDepth = 64;
    private static readonly TimeSpan MaximumLife = TimeSpan.FromHours(24);

    // Static, so that its library is loaded with the first token and not at the start.
    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = 16 * 1024 };

    private readonly TokenValidationParameters parameters;
    private readonly EmulatorOptions options;
    private readonly TimeProvider time;

    public AccessTokens(EmulatorOptions options, TimeProvider time)
    {
        this.options = options;
        this.time = time;
        byte[] secret = Encoding.UTF8.GetBytes(options.ApiKeySecret);
        // The library requires long keys. HMAC itself pads shorter keys with zeros, so this padding does not change the signature.
        Array.Resize(ref secret, Math.Max(secret.Length, 64));
        parameters = new TokenValidationParameters
        {
            IssuerSigningKey = new SymmetricSecurityKey(secret),
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256, SecurityAlgorithms.HmacSha384, SecurityAlgorithms.HmacSha512],
            ValidateIssuer = false,
            ValidateAudience = false,
            // Checked below, by the emulator's own clock and with Twilio's codes.
            ValidateLifetime = false,
        };
    }

    /// <summary>Checks a token for use with Sync.</summary>
    /// <exception cref="TokenRefusedException">It cannot be used.</exception>
    public async Task<AccessToken> ReadAsync(string? token)
    {
        TokenValidationResult result = await Handler.ValidateTokenAsync(token ?? "", parameters);
        if (!result.IsValid || result.SecurityToken is not JsonWebToken jwt)
        {
            throw result.Exception is SecurityTokenInvalidSignatureException or SecurityTokenSignatureKeyNotFoundException
                ? new TokenRefusedException(20107, "Invalid Access Token signature")
                : Invalid();
        }

        if (jwt.Cty != ContentType)
        {
            throw new TokenRefusedException(20102, "Invalid Access Token header");
        }

        if (jwt.Issuer != options.ApiKeySid || jwt.Subject != options.AccountSid)
        {
            throw new TokenRefusedException(20103, "Invalid Access Token issuer/subject");
        }

        return Grants(jwt, Expires(jwt));
    }

    private DateTimeOffset Expires(JsonWebToken jwt)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (!jwt.TryGetPayloadValue("exp", out long expiry) || Math.Abs(expiry) > uint.MaxValue)
        {
            throw Invalid();
        }

        DateTimeOffset expires = DateTimeOffset.FromUnixTimeSeconds(expiry);
        if (expires <= now)
        {
            throw new TokenRefusedException(20104, "Access Token expired or expiration date invalid");
        }

        if (jwt.TryGetPayloadValue("nbf", out long notBefore) && notBefore > now.ToUnixTimeSeconds())
        {
            throw new TokenRefusedException(20105, "Access Token not yet valid");
        }

        return expires - now <= MaximumLife ? expires : throw new TokenRefusedException(20157, "Access Token lifetime is longer than 24 hours");
    }

    private static AccessToken Grants(JsonWebToken jwt, DateTimeOffset expires)
    {
        if (!jwt.TryGetPayloadValue("grants", out JsonElement grants)
            || grants.ValueKind != JsonValueKind.Object
            || !HasReadableNames(grants)
            || !grants.TryGetProperty("identity", out JsonElement identity)
            || TwilsockPacket.Text(identity) is not { } name
            || !Rules.IsText(name, Rules.MaximumIdentityLength)
            || !grants.TryGetProperty("data_sync", out JsonElement sync)
            || sync.ValueKind != JsonValueKind.Object)
        {
            throw InvalidGrants();
        }

        string service = sync.TryGetProperty("service_sid", out JsonElement sid) && sid.ValueKind == JsonValueKind.String
            ? TwilsockPacket.Text(sid) ?? throw InvalidGrants()
            : Engine.SyncEngine.DefaultService;
        return new AccessToken(name, service, expires);
    }

    private static bool HasReadableNames(JsonElement grants)
    {
        try
        {
            JsonMembers.RequireNames(Encoding.UTF8.GetBytes(grants.GetRawText()), MaximumDepth);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static TokenRefusedException InvalidGrants() => new(20106, "Invalid Access Token grants");

    private static TokenRefusedException Invalid() => new(20101, "Invalid Access Token");
}
