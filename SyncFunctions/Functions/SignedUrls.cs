using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace SyncFunctions.Functions;

/// <summary>Lists the URLs that Twilio may have signed for a request. All of them identify the same function and parameters.</summary>
internal static class SignedUrls
{
    private const string Route = "/webhook/";

    /// <summary>Lists the URLs, the likeliest first.</summary>
    /// <param name="publicUrls">The app's addresses as Twilio may know them.</param>
    public static IEnumerable<string> Of(HttpRequest request, IEnumerable<Uri> publicUrls)
    {
        string[] paths = [.. Paths(request)];
        string[] addresses = [.. publicUrls.SelectMany(publicUrl => Addresses(publicUrl, paths)).Distinct()];
        return
            from query in SignedQueries.Of(request.QueryString.Value ?? "")
            from address in addresses
            select address + query;
    }

    // The decoded path and, if there is one, the path as it was sent.
    private static IEnumerable<string> Paths(HttpRequest request)
    {
        yield return request.PathBase.ToUriComponent() + request.Path.ToUriComponent();
        string? target = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget;
        if (target is ['/', ..])
        {
            yield return target.Split('?')[0];
        }
    }

    private static IEnumerable<string> Addresses(Uri publicUrl, string[] paths)
    {
        // The host as it is configured, not as Uri writes it: Twilio signs upper-case letters unchanged.
        string[] written = publicUrl.OriginalString.Split('/');
        string authority = written[2];
        string port = $":{publicUrl.Port}";
        string host = $"{publicUrl.Scheme}://{(authority.EndsWith(port, StringComparison.Ordinal) ? authority[..^port.Length] : authority)}";
        string basePath = publicUrl.AbsolutePath.TrimEnd('/');
        foreach (string path in paths)
        {
            yield return $"{host}{port}{basePath}{path}";
            yield return $"{host}{basePath}{path}";
            // The public URL's own path may also replace the part before the route: a gateway may drop the prefix (api).
            if (written.Length > 3 && path.LastIndexOf(Route, StringComparison.OrdinalIgnoreCase) is var route and >= 0)
            {
                yield return $"{host}{port}{basePath}{path[route..]}";
                yield return $"{host}{basePath}{path[route..]}";
            }
        }
    }
}
