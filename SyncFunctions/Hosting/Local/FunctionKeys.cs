using System.Net;
using System.Security.Cryptography;
using System.Text;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

using SyncFunctions.Configuration;

namespace SyncFunctions.Hosting.Local;

/// <summary>
/// The keys of the functions, as the Functions host has them: a function answers to its own key, the host key and the master key. While none is
/// configured, callers on this machine need none, and others are refused.
/// </summary>
/// <remarks>
/// Configured by <c>FunctionKeys__Master</c>, <c>FunctionKeys__Host</c> and <c>FunctionKeys__Functions__{function}</c>. A call brings one in
/// the header <c>x-functions-key</c> or the query parameter <c>code</c>.
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
            // The process would not have started on another address; a proxy's or a test's in-process request has none at all.
            return request.HttpContext.Connection.RemoteIpAddress is not { } caller || IPAddress.IsLoopback(caller);
        }

        // As in the Functions host the header goes before the query. A repeated key is none: nobody can say which one was meant.
        StringValues given = request.Headers.TryGetValue(Header, out StringValues header) ? header : request.Query[QueryParameter];
        return given.Count == 1 && Matches(Digest(given[0]!), function);
    }

    // Every key is compared, and each in the same time for every guess.
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
