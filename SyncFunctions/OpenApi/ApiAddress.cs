using SyncFunctions.Functions;

namespace SyncFunctions.OpenApi;

/// <summary>The address of the functions, for their descriptions.</summary>
/// <param name="Server">A URL, or a path on the server that returns the description. It is never taken from a request.</param>
public sealed record ApiAddress(string Server)
{
    /// <summary>Finds the address: below the first public URL, or a path if there is none.</summary>
    /// <param name="pathBase">The beginning of every function's path, without a slash at its end; may be empty.</param>
    internal static ApiAddress Of(WebhookSettings addresses, string pathBase)
    {
        string server = $"{(addresses.PublicUrls is [var first, ..] ? first : null)?.GetLeftPart(UriPartial.Path).TrimEnd('/')}{pathBase}";
        return new ApiAddress(server.Length == 0 ? "/" : server);
    }
}
