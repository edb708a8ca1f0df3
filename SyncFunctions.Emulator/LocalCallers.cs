using System.Net;

using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace SyncFunctions.Emulator;

/// <summary>The reason to refuse a request that does not come from a program on this machine.</summary>
public enum LocalRefusal
{
    /// <summary>It comes from a program on this machine.</summary>
    None,

    /// <summary>Its <c>Host</c> does not name this machine, or it came through a proxy or tunnel.</summary>
    NotLocal,

    /// <summary>A web page of another origin sent it.</summary>
    ForeignOrigin,
}

/// <summary>
/// Distinguishes the programs on this machine from web pages that its user visits. A service on a loopback address without a secret needs this: every
/// page can send requests to it and, with DNS rebinding (the page's own host name resolves to 127.0.0.1), could read the responses too.
/// </summary>
/// <remarks>
/// Browsers identify the sender of a request with <c>Origin</c> and <c>Sec-Fetch-Site</c>, which a page cannot change
/// (https://developer.mozilla.org/docs/Glossary/Forbidden_request_header). SDKs and curl send neither. Pages of a loopback origin, on any port, are
/// trusted as the user's own.
/// </remarks>
/// <param name="allowedOrigins">Further origins whose pages may call, such as <c>https://flex.twilio.com</c>.</param>
/// <param name="allowedHosts">Further names of this machine, without a port.</param>
public sealed class LocalCallers(IEnumerable<string> allowedOrigins, IEnumerable<string> allowedHosts)
{
    private const string SecFetchSite = "Sec-Fetch-Site";

    // ASP.NET Core's middleware for forwarded headers, which the Functions worker uses, renames those that it has applied.
    private static readonly string[] PassedOn = ["Forwarded", "X-Forwarded-", "X-Original-"];

    private readonly HashSet<string> origins = new(allowedOrigins, StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> hosts = new(allowedHosts, StringComparer.OrdinalIgnoreCase);

    /// <summary>Splits a setting's list, at commas or semicolons.</summary>
    public static string[] Split(string? list) =>
        (list ?? "").Split([',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Checks a request.</summary>
    public LocalRefusal Check(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        // HTTP/1.0 has no Host, and no browser uses it.
        if (!IsOwn(request) || IsPassedOn(request.Headers))
        {
            return LocalRefusal.NotLocal;
        }

        return IsForeignPage(request) ? LocalRefusal.ForeignOrigin : LocalRefusal.None;
    }

    /// <summary>Tells whether a web page of another origin sent a request, even if it came through a proxy.</summary>
    public bool IsForeignPage(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Headers.TryGetValue(HeaderNames.Origin, out var origin)
            ? origin is not [{ } only] || !IsAllowed(only)
            // Browsers send no Origin for navigation, images and forms with GET.
            : request.Headers[SecFetchSite] == "cross-site";
    }

    private static bool IsLoopback(string host)
    {
        string name = host.Trim('[', ']').TrimEnd('.');
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out IPAddress? address) && IPAddress.IsLoopback(address));
    }

    private static bool IsPassedOn(IHeaderDictionary headers)
    {
        foreach ((string name, _) in headers)
        {
            foreach (string prefix in PassedOn)
            {
                if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool IsOwn(HttpRequest request)
    {
        try
        {
            return request.Host is not { HasValue: true, Host: var host } || IsLoopback(host) || hosts.Contains(host);
        }
        catch (ArgumentException)
        {
            // The name has international characters that cannot be decoded, such as xn--.
            return false;
        }
    }

    // "null", the origin of files and sandboxed frames, belongs to no one.
    private bool IsAllowed(string origin) =>
        origins.Contains(origin)
        || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? url) && url is { Scheme: "http" or "https" } && IsLoopback(url.Host));
}
