using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;

using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace SyncFunctions.Emulator;

/// <summary>The configuration of the explorer's page.</summary>
/// <param name="Host">The server that the page calls: <c>functions</c> or <c>emulator</c>.</param>
/// <param name="Backend">The Sync service that has the data: <c>emulator</c> or <c>twilio</c>.</param>
/// <param name="Realtime">The <c>ws</c> or <c>wss</c> URL to which the page connects for realtime changes.</param>
public sealed record ExplorerConfiguration(string Host, string Backend, Uri Realtime);

/// <summary>
/// Serves the explorer: a page in this assembly on which people view and edit the data of a Sync service. Its files contain no data.
/// </summary>
public static class ExplorerSite
{
    private const string Folder = "explorer/";
    private const string Page = "index.html";
    private const string ConfigurationFile = "config.json";

    private static readonly FrozenDictionary<string, string> ContentTypes = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    }.ToFrozenDictionary();

    private static readonly Lazy<FrozenDictionary<string, File>> Files = new(ReadFiles);

    /// <summary>Handles a request for the page, or for one of its files.</summary>
    /// <param name="path">The file's path; empty for the page itself.</param>
    /// <returns>Whether there is such a file. If not, no response is sent.</returns>
    public static async ValueTask<bool> ServeAsync(HttpContext context, string path, ExplorerConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(configuration);
        File? file = path == ConfigurationFile ? Describe(configuration) : Files.Value.GetValueOrDefault(path.Length == 0 ? Page : path);
        if (file is null)
        {
            return false;
        }

        HttpResponse response = context.Response;
        response.Headers.ContentSecurityPolicy =
            $"default-src 'self'; connect-src 'self' {configuration.Realtime.GetLeftPart(UriPartial.Authority)}; img-src 'self'; style-src 'self'; script-src 'self'; "
            + "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // Cached, but revalidated each time: a page of one version must not load modules of another.
        response.Headers.CacheControl = "no-cache";
        response.Headers.ETag = file.ETag;
        if (context.Request.Headers.IfNoneMatch.Any(tags => IsAmong(tags, file.ETag)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return true;
        }

        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = file.ContentType;
        response.ContentLength = file.Content.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(file.Content, context.RequestAborted);
        }

        return true;
    }

    private static bool IsAmong(string? tags, string tag) =>
        EntityTagHeaderValue.TryParseList([tags ?? ""], out IList<EntityTagHeaderValue>? values)
        && values.Any(value => value.Tag == "*" || value.Tag == tag);

    private static File Describe(ExplorerConfiguration configuration) => new(
        JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>
        {
            ["host"] = configuration.Host,
            ["backend"] = configuration.Backend,
            ["realtime"] = configuration.Realtime.AbsoluteUri,
        }),
        "application/json; charset=utf-8");

    private static FrozenDictionary<string, File> ReadFiles()
    {
        // MSBuild writes resource names with the path separators of the system that builds.
        Assembly assembly = typeof(ExplorerSite).Assembly;
        return assembly.GetManifestResourceNames()
            .Select(resource => (Resource: resource, Path: resource.Replace('\\', '/')))
            .Where(named => named.Path.StartsWith(Folder, StringComparison.Ordinal))
            .ToFrozenDictionary(named => named.Path[Folder.Length..], named => Read(assembly, named.Resource), StringComparer.Ordinal);
    }

    private static File Read(Assembly assembly, string resource)
    {
        using Stream stream = assembly.GetManifestResourceStream(resource)!;
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return new File(content, ContentTypes[Path.GetExtension(resource)]);
    }

    private sealed record File(byte[] Content, string ContentType)
    {
        /// <summary>Gets the entity tag, which changes with the content.</summary>
        public string ETag { get; } = $"\"{Convert.ToHexStringLower(SHA256.HashData(Content).AsSpan(0, 12))}\"";
    }
}
