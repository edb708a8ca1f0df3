using System.Net;
using System.Security.Cryptography;
using System.Text;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

using SyncFunctions.Configuration;

namespace SyncFunctions.Hosting.Local;

/// <summary>
/// The keys of the functions, as under the Functions host: a function accepts its own key, the host key and the master key. If no key is configured,
/// callers on this machine need none, and others are refused.
/// </summary>
/// <remarks>
/// Configured by <c>FunctionKeys__Master</c>, <c>FunctionKeys__Host</c> and <c>FunctionKeys__Functions__{function}</c>. A call sends one in the header
/// <c>x-functions-key</c> or the query parameter <c>code</c>.
/// </remarks>
internal sealed class FunctionKeys
{
    private const string Section = "FunctionKeys";
    private const string Header = "x-functions-key";
    private const string QueryParameter = "code";

    private readonly List<byte[]> shared;
    private readonly Dictionary<string, byte[]> own;

    private FunctionKeys(List<byte[]> shared, Dictionary<string, byte[]> own)
    {
        this.shared = shared;
        this.own = own;
    }

    /// <summary>Whether any key is configured, so that every call needs one.</summary>
    public bool AreRequired => shared.Count + own.Count > 0;

    public static FunctionKeys Read(IConfiguration configuration)
    {
        Settings settings = new(configuration);
        List<byte[]> shared = [];
        foreach (string name in (ReadOnlySpan<string>)["Master", "Host"])
        {
            if (settings.Value($"{Section}:{name}") is { } key)
            {
                shared.Add(Digest(key));
            }
        }

        Dictionary<string, byte[]> own = new(StringComparer.OrdinalIgnoreCase);
        foreach (IConfigurationSection function in configuration.GetSection($"{Section}:Functions").GetChildren())
        {
            if (settings.Value(function.Path) is { } key)
            {
                own.Add(function.Key, Digest(key));
            }
        }

        return new FunctionKeys(shared, own);
    }

    /// <summary>Whether a request may call a function that needs a key.</summary>
    public bool Allow(HttpRequest request, string function)
    {
        if (!AreRequired)
        {
            // Without keys the process only starts on a loopback address. An in-process request of a proxy or a test has no address.
            return request.HttpContext.Connection.RemoteIpAddress is not { } caller || IPAddress.IsLoopback(caller);
        }

        // As under the Functions host, the header takes precedence over the query. A repeated key is refused, because it is ambiguous.
        StringValues given = request.Headers.TryGetValue(Header, out StringValues header) ? header : request.Query[QueryParameter];
        return given.Count == 1 && Matches(Digest(given[0]!), function);
    }

    // Compares every key, each in constant time, so that the time tells nothing about a key.
    private bool Matches(byte[] digest, string function)
    {
        bool matches = own.TryGetValue(function, out byte[]? key) && CryptographicOperations.FixedTimeEquals(key, digest);
        foreach (byte[] candidate in shared)
        {
            matches |= CryptographicOperations.FixedTimeEquals(candidate, digest);
        }

        return matches;
    }

    private static byte[] Digest(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
