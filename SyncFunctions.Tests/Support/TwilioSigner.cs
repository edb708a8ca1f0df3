using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SyncFunctions.Tests.Support;

/// <summary>A request as Twilio makes it: to a URL, with a form, a body that is none, or nothing.</summary>
public sealed record TwilioRequest(string Url, (string Name, string Value)[]? Form = null, string? Body = null);

/// <summary>A request's signature, and its URL, which for a body has its digest.</summary>
public sealed record TwilioSigned(string Url, string Signature);

/// <summary>Signs requests by Twilio's official Node helper.</summary>
public sealed class TwilioSigner : IAsyncLifetime
{
    public const string Token = "0123456789abcdef0123456789abcdef";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private static readonly JsonSerializerOptions Input = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private NodeProgram node = null!;

    /// <summary>Why nothing can be signed; <see langword="null"/> if it can.</summary>
    public string? Unavailable => node.Unavailable;

    public async ValueTask InitializeAsync() => node = await NodeProgram.InstallAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public async Task<TwilioSigned[]> SignAsync(params IEnumerable<TwilioRequest> requests)
    {
        using TemporaryFolder folder = new();
        string file = folder.File("requests.jsonl");
        await File.WriteAllLinesAsync(file, requests.Select(request => JsonSerializer.Serialize(
            new { token = Token, url = request.Url, @params = Fields(request.Form), body = request.Body }, Input)));
        NodeRun run = await node.RunAsync(["signature.mjs", file], new Dictionary<string, string>(), Timeout);
        run.ExitCode.Should().Be(0, run.Errors);
        return [.. run.Lines.Select(line => JsonSerializer.Deserialize<TwilioSigned>(line, JsonSerializerOptions.Web)!)];
    }

    /// <summary>The signature of a text that a request comes down to, as Twilio's documentation describes it.</summary>
    public static string Sign(string text, string token = Token)
    {
#pragma warning disable CA5350 // Twilio's choice.
        return Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5350
    }

    // As Express hands them to the helper.
    private static Dictionary<string, object>? Fields((string Name, string Value)[]? form) => form?
        .GroupBy(field => field.Name, field => field.Value, StringComparer.Ordinal)
        .ToDictionary(field => field.Key, field => field.Count() == 1 ? field.Single() : (object)field.ToArray(), StringComparer.Ordinal);
}
