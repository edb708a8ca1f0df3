using System.Text.Json;

using SyncFunctions.Configuration;

namespace SyncFunctions.Hosting.Local;

/// <summary>Reads the settings of HTTP functions from host.json.</summary>
internal static class HostFile
{
    private const string DefaultRoutePrefix = "api";

    /// <summary>Gets the beginning of every function's path, without a slash at its end: <c>/api</c>, or empty if host.json sets an empty prefix.</summary>
    /// <param name="folder">The folder with host.json.</param>
    public static string PathBase(string folder) => RoutePrefix(folder) is { Length: > 0 } prefix ? $"/{prefix}" : "";

    // extensions.http.routePrefix, without slashes around it.
    private static string RoutePrefix(string folder)
    {
        string path = Path.Combine(folder, "host.json");
        if (!File.Exists(path))
        {
            return DefaultRoutePrefix;
        }

        try
        {
            JsonDocumentOptions options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
            using JsonDocument host = JsonDocument.Parse(File.ReadAllText(path), options);
            return host.RootElement.TryGetProperty("extensions", out JsonElement extensions)
                && extensions.TryGetProperty("http", out JsonElement http)
                && http.TryGetProperty("routePrefix", out JsonElement prefix)
                ? prefix.GetString()!.Trim('/')
                : DefaultRoutePrefix;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new StartupException("host.json is not valid.", exception);
        }
    }
}
