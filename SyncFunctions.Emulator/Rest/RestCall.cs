using System.Net;
using System.Text;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Rest;

/// <summary>A request: its path in decoded segments, its parameters, and the address that its caller used.</summary>
internal sealed class RestCall
{
    private const string Version = "/v1";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly HttpRequest request;
    private readonly IFormCollection? form;

    private RestCall(HttpRequest request, string baseUrl, string path, string[] segments, IFormCollection? form)
    {
        this.request = request;
        this.form = form;
        BaseUrl = baseUrl;
        Path = path;
        Segments = segments;
    }

    public string Method => request.Method;

    public CancellationToken Cancelled => request.HttpContext.RequestAborted;

    /// <summary>The requested path, without the version and the query.</summary>
    public string Path { get; }

    /// <summary>The path's segments. Each was decoded after the path was split, so a <c>%2F</c> in a key is part of the key.</summary>
    public string[] Segments { get; }

    /// <summary>The API's address as the caller wrote it, so that the URLs in responses lead back here, even through proxies.</summary>
    public string BaseUrl { get; }

    /// <summary>Gets the form's parameters, or null if there is no form.</summary>
    public IEnumerable<KeyValuePair<string, string>>? Fields => form?.Select(pair => KeyValuePair.Create(pair.Key, pair.Value[0] ?? ""));

    /// <summary>Gets a form parameter, or null if it was not given.</summary>
    public string? Form(string name) => form is not null && form.TryGetValue(name, out var values) ? values[0] : null;

    /// <summary>Gets a query parameter, or null if it was not given.</summary>
    public string? Query(string name) => request.Query.TryGetValue(name, out var values) ? values[0] : null;

    /// <summary>Gets a header, or null if it was not given.</summary>
    public string? Header(string name) => request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>Gets the path and query as they were requested.</summary>
    // The framework decodes and normalises Path as a whole, which would change a key of %2E%2E or %2F.
    public static string Target(HttpRequest request) => WithoutOrigin(request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);

    public static async Task<RestCall> ReadAsync(HttpRequest request)
    {
        string path = Target(request).Split('?', 2)[0];
        if (!path.StartsWith(Version + "/", StringComparison.Ordinal))
        {
            throw ProtocolErrors.NotFound(path);
        }

        path = path[Version.Length..];
        string[] segments = [.. path[1..].Split('/').Select(segment => Decode(segment) ?? throw ProtocolErrors.NotFound(path))];
        // Before anything is written: if the response could not be created, the write would look as if it had failed.
        return new RestCall(request, BaseUrlOf(request), path, segments, await RequestForm.ReadAsync(request));
    }

    private static string BaseUrlOf(HttpRequest request)
    {
        // The text of the header: the framework's Host decodes international names, and throws for one such as xn--.
        string host = request.Headers.Host.ToString();
        if (host.Length == 0 && request.HttpContext.Connection is { LocalIpAddress: { } address, LocalPort: var port })
        {
            host = new IPEndPoint(address, port).ToString();
        }

        string url = $"{request.Scheme}://{host}{Version}";
        return Uri.TryCreate(url, UriKind.Absolute, out _) && IsName(host) ? url : throw ProtocolErrors.InvalidParameter("Host");
    }

    private static bool IsName(string host)
    {
        try
        {
            return HostString.FromUriComponent(host).HasValue;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    // Clients send http://host/path to a proxy, and HTTP requires every server to accept it.
    private static string WithoutOrigin(string target)
    {
        int scheme = target.StartsWith('/') ? -1 : target.IndexOf("://", StringComparison.Ordinal);
        int path = scheme < 0 ? 0 : target.IndexOf('/', scheme + 3);
        return path < 0 ? "/" : target[path..];
    }

    private static string? Decode(string segment)
    {
        try
        {
            return segment.Contains('%', StringComparison.Ordinal) ? StrictUtf8.GetString(Unescape(segment)) : segment;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static byte[] Unescape(string segment)
    {
        List<byte> bytes = new(segment.Length);
        for (int i = 0; i < segment.Length; i++)
        {
            if (segment[i] == '%' && i + 2 < segment.Length && char.IsAsciiHexDigit(segment[i + 1]) && char.IsAsciiHexDigit(segment[i + 2]))
            {
                bytes.Add(Convert.FromHexString(segment.AsSpan(i + 1, 2))[0]);
                i += 2;
            }
            else
            {
                // Request targets are ASCII: one character, one byte.
                bytes.Add((byte)segment[i]);
            }
        }

        return [.. bytes];
    }
}
