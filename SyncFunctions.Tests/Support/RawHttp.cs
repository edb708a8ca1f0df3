using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace SyncFunctions.Tests.Support;

/// <summary>Sends requests exactly as they are written, which no HTTP client would do with every one.</summary>
internal static class RawHttp
{
    /// <param name="request">The request in Latin-1, with its line ends.</param>
    public static async Task<RawAnswer> SendAsync(Uri server, string request)
    {
        using TcpClient client = new();
        await client.ConnectAsync(server.Host, server.Port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using StreamReader reader = new(stream, Encoding.UTF8);
        string[] parts = (await reader.ReadToEndAsync()).Split("\r\n\r\n", 2);
        return new RawAnswer(int.Parse(parts[0].Split(' ')[1], CultureInfo.InvariantCulture), parts[0].Split("\r\n")[1..], parts[1]);
    }

    /// <summary>Writes a request that ends the connection.</summary>
    /// <param name="headers">Lines without their ends.</param>
    public static string Request(string method, string target, string host, IEnumerable<string> headers, string body = "")
    {
        string[] all = [.. headers];
        bool hasLength = body.Length == 0 || all.Any(header => header.StartsWith("Transfer-Encoding:", StringComparison.OrdinalIgnoreCase));
        string[] lines =
            [$"{method} {target} HTTP/1.1", $"Host: {host}", "Connection: close", .. all, .. hasLength ? Array.Empty<string>() : [$"Content-Length: {body.Length}"]];
        return string.Join("\r\n", lines) + "\r\n\r\n" + body;
    }
}

/// <summary>An answer as it came.</summary>
/// <param name="Head">The lines of its headers.</param>
/// <param name="Body">The rest, in chunks if it came so.</param>
internal sealed record RawAnswer(int Status, IReadOnlyList<string> Head, string Body)
{
    /// <summary>A header; <see langword="null"/> if there is none.</summary>
    public string? Header(string name) => Head
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).Select(line => line[(name.Length + 1)..].Trim()).SingleOrDefault();
}
