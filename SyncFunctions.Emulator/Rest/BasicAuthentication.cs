using System.Security.Cryptography;
using System.Text;

using Microsoft.AspNetCore.Http;

using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Rest;

/// <summary>HTTP Basic authentication with the account SID and auth token, or with an API key and its secret.</summary>
internal sealed class BasicAuthentication(EmulatorOptions options)
{
    private const string Scheme = "Basic ";

    private readonly byte[] account = Digest($"{options.AccountSid}:{options.AuthToken}");
    private readonly byte[] apiKey = Digest($"{options.ApiKeySid}:{options.ApiKeySecret}");

    /// <exception cref="ProtocolException">401/20003: there are no credentials, or not the configured ones.</exception>
    public void Require(HttpRequest request)
    {
        string header = request.Headers.Authorization.ToString();
        byte[] buffer = new byte[1024];
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || !Convert.TryFromBase64String(header[Scheme.Length..].Trim(), buffer, out int length)
            || !IsAccepted(SHA256.HashData(buffer.AsSpan(0, length))))
        {
            throw ProtocolErrors.Unauthorized();
        }
    }

    // All digests have the same length, so the comparison takes the same time for every guess.
    private bool IsAccepted(byte[] digest) =>
        CryptographicOperations.FixedTimeEquals(account, digest) | CryptographicOperations.FixedTimeEquals(apiKey, digest);

    private static byte[] Digest(string credentials) => SHA256.HashData(Encoding.UTF8.GetBytes(credentials));
}
