using System.Security.Cryptography;
using System.Text;

using Microsoft.AspNetCore.Http;

using SyncFunctions.Functions.Binding;
using SyncFunctions.Store;

namespace SyncFunctions.Functions;

/// <summary>
/// Checks <c>X-Twilio-Signature</c>, by which Twilio shows that a request is its own: an HMAC with the account's auth token over the public URL,
/// followed by a form's fields in the order of their names; for another body the URL has its digest as <c>bodySHA256</c>.
/// </summary>
/// <remarks>https://www.twilio.com/docs/usage/webhooks/webhooks-security</remarks>
public sealed class TwilioSignature(WebhookSettings settings)
{
    private const string Header = "X-Twilio-Signature";
    private const string BodyDigest = "bodySHA256";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Why a request is refused.</summary>
    internal string Refusal => settings.AuthToken is null
        ? "Signatures cannot be checked: the app has no auth token (Twilio__AuthToken)."
        : $"The request needs one valid {Header} for this URL and body.";

    /// <summary>Whether Twilio signed this request.</summary>
    /// <param name="body">The request's whole body.</param>
    /// <exception cref="ParameterException">The query or a form cannot be read.</exception>
    internal bool IsValid(HttpRequest request, ReadOnlySpan<byte> body)
    {
        if (settings.AuthToken is not { } token || request.Headers[Header] is not [{ Length: > 0 } signature])
        {
            return false;
        }

        byte[] key = Utf8.GetBytes(token);
        byte[] given = Utf8.GetBytes(signature);
        bool isForm = RequestBody.IsForm(request);
        string fields = isForm ? Fields(FormText.Parse(body, RequestBody.Parameter)) : "";
        // A digest in the URL tells of a body that was signed: neither a form nor nothing may take its place.
        if ((request.Query.ContainsKey(BodyDigest) || !(isForm || body.IsEmpty)) && !HasDigest(request, body))
        {
            return false;
        }

        bool valid = false;
        foreach (string url in Urls(settings.PublicUrl(request), request))
        {
            // All are compared, and each in the same time for every guess.
            valid |= CryptographicOperations.FixedTimeEquals(Utf8.GetBytes(Compute(key, url + fields)), given);
        }

        return valid;
    }

    private static string Compute(byte[] key, string text)
    {
#pragma warning disable CA5350 // Twilio's choice; an HMAC does not lean on what SHA-1 has lost.
        return Convert.ToBase64String(HMACSHA1.HashData(key, Utf8.GetBytes(text)));
#pragma warning restore CA5350
    }

    // Twilio signs the URL as it was configured there, with or without the scheme's own port: the two mean the same address.
    private static IEnumerable<string> Urls(Uri publicUrl, HttpRequest request)
    {
        string path = $"{publicUrl.AbsolutePath.TrimEnd('/')}{request.PathBase.ToUriComponent()}{request.Path.ToUriComponent()}{request.QueryString}";
        // The host as it is written, and not as Uri writes it: Twilio signs one with capitals as it is.
        string authority = publicUrl.OriginalString.Split('/')[2];
        string port = $":{publicUrl.Port}";
        string host = $"{publicUrl.Scheme}://{(authority.EndsWith(port, StringComparison.Ordinal) ? authority[..^port.Length] : authority)}";
        yield return $"{host}:{publicUrl.Port}{path}";
        yield return $"{host}{path}";
    }

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
