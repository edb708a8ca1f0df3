using System.Buffers;
using System.Security.Cryptography;
using System.Text;

using Microsoft.AspNetCore.Http;

using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator;

/// <summary>HTTP Basic authentication with the account SID and auth token, or with an API key and its secret.</summary>
internal sealed class BasicAuthentication(EmulatorOptions options)
{
    /// <summary>The <c>WWW-Authenticate</c> header of a 401.</summary>
    public const string Challenge = "Basic realm=\"Twilio API\"";

    private const string Scheme = "Basic ";

    // As nearly every client writes them.
    private readonly byte[] accountHeader = Header(options.AccountSid, options.AuthToken);
    private readonly byte[] apiKeyHeader = Header(options.ApiKeySid, options.ApiKeySecret);
    private readonly byte[] account = Digest($"{options.AccountSid}:{options.AuthToken}");
    private readonly byte[] apiKey = Digest($"{options.ApiKeySid}:{options.ApiKeySecret}");

    /// <summary>Checks a request's credentials.</summary>
    /// <returns>The SID of the account or API key.</returns>
    /// <exception cref="ProtocolException">401/20003: the credentials are missing or wrong.</exception>
    public string Require(HttpRequest request)
    {
        string header = request.Headers.Authorization.ToString();
        if (IsSame(header, accountHeader))
        {
            return options.AccountSid;
        }

        if (IsSame(header, apiKeyHeader))
        {
            return options.ApiKeySid;
        }

        byte[] buffer = new byte[1024];
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || !Convert.TryFromBase64String(header[Scheme.Length..].Trim(), buffer, out int length))
        {
            throw ProtocolErrors.Unauthorized();
        }

        // All digests have the same length, so the comparison takes the same time for every guess.
        byte[] digest = SHA256.HashData(buffer.AsSpan(0, length));
        bool isAccount = CryptographicOperations.FixedTimeEquals(account, digest);
        bool isApiKey = CryptographicOperations.FixedTimeEquals(apiKey, digest);
        return isAccount ? options.AccountSid : isApiKey ? options.ApiKeySid : throw ProtocolErrors.Unauthorized();
    }

    private static byte[] Header(string username, string password) =>
        Encoding.ASCII.GetBytes(Scheme + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}")));

    // In the same time for every guess of the same length.
    private static bool IsSame(string given, byte[] expected)
    {
        if (given.Length != expected.Length)
        {
            return false;
        }

        // The comparison must not be optimized, so each byte counts: a character of a string has two.
        byte[] bytes = ArrayPool<byte>.Shared.Rent(given.Length);
        bool isSame = Ascii.FromUtf16(given, bytes, out int length) == OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, length), expected);
        // Others use this memory later.
        ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        return isSame;
    }

    private static byte[] Digest(string credentials) => SHA256.HashData(Encoding.UTF8.GetBytes(credentials));
}
