using SyncFunctions.Functions;

namespace SyncFunctions.OpenApi;

/// <summary>The address of the functions, for their descriptions.</summary>
/// <param name="Server">A URL, or a path on the server that returns the description. It is never taken from a request.</param>
public sealed record ApiAddress(string Server)
{
    /// <summary>Finds the address: below the first public URL, or a path if there is none.</summary>
    /// <param name="prefix">The first segment of every function's route; may be empty.</param>
    internal static ApiAddress Of(WebhookSettings addresses, string prefix)
    {
        string path = prefix.Length == 0 ? "" : $"/{prefix}";
        string server = $"{(addresses.PublicUrls is [var first, ..] ? first : null)?.GetLeftPart(UriPartial.Path).TrimEnd('/')}{path}";
        return new ApiAddress(server.Length == 0 ? "/" : server);
    }
}
