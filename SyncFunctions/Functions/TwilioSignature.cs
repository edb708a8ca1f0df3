using System.Security.Cryptography;
using System.Text;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

using SyncFunctions.Functions.Binding;
using SyncFunctions.Store;

namespace SyncFunctions.Functions;

/// <summary>
/// Checks <c>X-Twilio-Signature</c>, which proves that Twilio sent a request: an HMAC with the account's auth token over the public URL, followed by a
/// form's fields in the order of their names. For another body, the URL contains its digest as <c>bodySHA256</c>. A second header is sent if a shared key
/// was used instead of the token.
/// </summary>
/// <remarks>
/// https://www.twilio.com/docs/usage/webhooks/webhooks-security, https://www.twilio.com/docs/usage/webhooks/webhook-shared-keys,
/// https://github.com/twilio/twilio-node/blob/main/examples/WebhookSignatureValidation.md
/// </remarks>
public sealed class TwilioSignature(WebhookSettings settings)
{
    private const string Header = "X-Twilio-Signature";
    private const string SettingsHeader = "X-Twilio-Webhooks-Signature-Settings";
    private const string BodyDigest = "bodySHA256";

    // Limits the time: a large form is hashed again with each URL.
    private const int MaximumHashed = 16 * 1024 * 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Tells why a request is refused.</summary>
    internal string Refusal(HttpRequest request) => Keys(request) is not []
        ? request.Headers[Header] is not [{ Length: > 0 }]
            ? $"The request needs one valid {Header}, which Twilio adds to its webhooks."
            : $"The {Header} does not fit this URL and body. Twilio__AuthToken must be the auth token of the account that signs, "
                + "and PublicUrl the address that Twilio calls."
        : request.Headers.ContainsKey(SettingsHeader)
            ? "The signature cannot be checked: it was made with a shared key whose secret the app does not have (Twilio__SharedKeySecrets), or with an unknown algorithm."
            : "Signatures cannot be checked: the app has no auth token (Twilio__AuthToken).";

    /// <summary>Tells whether Twilio signed this request.</summary>
    /// <param name="body">The request's whole body.</param>
    /// <exception cref="ParameterException">The query or a form cannot be read.</exception>
    internal bool IsValid(HttpRequest request, ReadOnlySpan<byte> body)
    {
        Func<byte[], byte[]>[] keys = Keys(request);
        if (keys is [] || request.Headers[Header] is not [{ Length: > 0 } signature])
        {
            return false;
        }

        byte[] given = Utf8.GetBytes(signature);
        bool isForm = RequestBody.IsForm(request);
        string fields = isForm ? Fields(FormText.Parse(body, RequestBody.Parameter)) : "";
        // A digest in the URL means that a body was signed: it must not be replaced by a form, or be missing.
        if ((request.Query.ContainsKey(BodyDigest) || !(isForm || body.IsEmpty)) && !HasDigest(request, body))
        {
            return false;
        }

        long hashed = 0;
        foreach (string url in SignedUrls.Of(request, settings.PublicUrlsFor(request)))
        {
            byte[] text = Utf8.GetBytes(url + fields);
            foreach (Func<byte[], byte[]> key in keys)
            {
                // In constant time, so that the time reveals nothing about the signature.
                if (CryptographicOperations.FixedTimeEquals(Utf8.GetBytes(Convert.ToBase64String(key(text))), given))
                {
                    return true;
                }

                hashed += text.Length;
            }

            if (hashed > MaximumHashed)
            {
                break;
            }
        }

        return false;
    }

    // The keys that the signature may have been made with: the auth token, unless the request names a shared key. A forged header gains nothing, because
    // the signature must match one key or the other.
    private Func<byte[], byte[]>[] Keys(HttpRequest request) => !request.Headers.TryGetValue(SettingsHeader, out StringValues values)
        ? settings.AuthToken is { } token ? [Hmac(token, HmacSha1)] : []
        : Algorithm(values) switch
        {
            "HMAC_SHA256" => [.. settings.SharedKeySecrets.Select(secret => Hmac(secret, HMACSHA256.HashData))],
            "HMAC_SHA1" => [.. settings.SharedKeySecrets.Select(secret => Hmac(secret, HmacSha1))],
            _ => [],
        };

    // The algorithm in key=…,algorithm=…; null if there is not exactly one.
    private static string? Algorithm(StringValues values)
    {
        const string Name = "algorithm=";
        string[] algorithms = values is [{ } value]
            ? [.. value.Split(',', StringSplitOptions.TrimEntries).Where(part => part.StartsWith(Name, StringComparison.Ordinal))]
            : [];
        return algorithms is [var algorithm] ? algorithm[Name.Length..] : null;
    }

    private static Func<byte[], byte[]> Hmac(string secret, Func<byte[], byte[], byte[]> hash)
    {
        byte[] key = Utf8.GetBytes(secret);
        return text => hash(key, text);
    }

#pragma warning disable CA5350 // Twilio's choice; the weaknesses of SHA-1 do not affect an HMAC.
    private static byte[] HmacSha1(byte[] key, byte[] text) => HMACSHA1.HashData(key, text);
#pragma warning restore CA5350

    private static string Fields(List<KeyValuePair<string, string>> fields)
    {
        StringBuilder text = new();
        foreach (IGrouping<string, string> field in fields
            .GroupBy(field => field.Key, field => field.Value, StringComparer.Ordinal).OrderBy(field => field.Key, StringComparer.Ordinal))
        {
            foreach (string value in field.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                text.Append(field.Key).Append(value);
            }
        }

        return text.ToString();
    }

    private static bool HasDigest(HttpRequest request, ReadOnlySpan<byte> body)
    {
        string digest = Convert.ToHexStringLower(SHA256.HashData(body));
        return request.Query[BodyDigest] is [{ } given]
            && CryptographicOperations.FixedTimeEquals(Utf8.GetBytes(given), Utf8.GetBytes(digest));
    }
}
