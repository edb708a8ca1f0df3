using Microsoft.AspNetCore.Http;

namespace SyncFunctions.Functions;

/// <summary>Makes the participants' entry links.</summary>
internal static class EntryLinks
{
    /// <summary>The route of the links, before the participant's id.</summary>
    public const string Route = "join";

    /// <summary>Makes the common part of all links: the app's first public URL, or the request's own address if none is configured.</summary>
    public static string Base(HttpRequest request, WebhookSettings addresses)
    {
        // All functions have the same prefix (api), so the request's own path has it too.
        string path = (request.PathBase + request.Path).ToUriComponent().TrimEnd('/');
        return $"{addresses.PublicUrlsFor(request)[0].GetLeftPart(UriPartial.Path).TrimEnd('/')}{path[..path.LastIndexOf('/')]}/{Route}";
    }
}
