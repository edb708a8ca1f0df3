using Microsoft.AspNetCore.Http;

namespace SyncFunctions.Functions;

/// <summary>Makes the links by which participants enter.</summary>
internal static class EntryLinks
{
    /// <summary>The route that they lead to, before the participant's id.</summary>
    public const string Route = "join";

    /// <summary>Makes the part that all links have in common: the app's first public address, or else the one that the request came to.</summary>
    public static string Base(HttpRequest request, WebhookSettings addresses)
    {
        // The functions stand side by side, so that the request's own path has the prefix (api) that they have.
        string path = (request.PathBase + request.Path).ToUriComponent().TrimEnd('/');
        return $"{addresses.PublicUrlsFor(request)[0].GetLeftPart(UriPartial.Path).TrimEnd('/')}{path[..path.LastIndexOf('/')]}/{Route}";
    }
}
