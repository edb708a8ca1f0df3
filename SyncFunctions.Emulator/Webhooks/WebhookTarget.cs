using System.Net.Http.Headers;
using System.Text;

namespace SyncFunctions.Emulator.Webhooks;

/// <summary>The target of a webhook.</summary>
/// <param name="Url">The requested URL: without a fragment, which is never sent, and without user info.</param>
/// <param name="Signed">The URL as the receiver sees it, which is the text to sign.</param>
/// <param name="Credentials">The URL's user info; <see langword="null"/> if it has none.</param>
internal sealed record WebhookTarget(Uri Url, string Signed, AuthenticationHeaderValue? Credentials)
{
    /// <summary>
    /// Reads a service's webhook URL. It may be written differently from what is sent: with upper case, unescaped characters or dot segments.
    /// </summary>
    public static WebhookTarget Of(string url)
    {
        Uri written = new(url);
        // IdnHost has no brackets around an IPv6 address.
        string host = written.HostNameType == UriHostNameType.IPv6 ? written.Host : written.IdnHost;
        string origin = $"{written.Scheme}://{host}{(written.IsDefaultPort ? "" : $":{written.Port}")}";
        Uri sent = new(origin + written.PathAndQuery);
        return new WebhookTarget(sent, origin + sent.PathAndQuery, Basic(written.UserInfo));
    }

    private static AuthenticationHeaderValue? Basic(string userInfo)
    {
        if (userInfo.Length == 0)
        {
            return null;
        }

        string[] parts = userInfo.Split(':', 2);
        string credentials = $"{Uri.UnescapeDataString(parts[0])}:{(parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "")}";
        return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
    }
}
