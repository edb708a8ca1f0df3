using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

using SyncFunctions.Configuration;

namespace SyncFunctions.Functions;

/// <summary>The settings for checking Twilio's signatures of webhooks.</summary>
/// <param name="AuthToken">The account's auth token, with which Twilio signs; <see langword="null"/> if only an API key is configured.</param>
/// <param name="PublicUrls">The app's public base URLs (<c>PublicUrl</c>); empty if none is configured.</param>
public sealed record WebhookSettings(string? AuthToken, params IReadOnlyList<Uri> PublicUrls)
{
    private const string SharedKeySecretsKey = "Twilio:SharedKeySecrets";

    // A space also separates values, because no URL or secret contains one.
    private static readonly char[] Separators = [',', ';', ' ', '\t', '\r', '\n'];

    private static readonly Uri Fallback = new("http://localhost");

    /// <summary>Gets the secrets of the shared keys with which Twilio signs instead, if the account has such keys.</summary>
    public IReadOnlyList<string> SharedKeySecrets { get; init; } = [];

    /// <summary>Reads the settings.</summary>
    /// <exception cref="StartupException"><c>PublicUrl</c> contains a value that is not a URL.</exception>
    internal static WebhookSettings Read(IConfiguration configuration, string? authToken)
    {
        Settings settings = new(configuration);
        // In Azure the app's host name is known; the worker itself only sees the internal address of its host.
        string? text = settings.Value("PublicUrl")
            ?? (AzureEnvironment.IsAzure(configuration) && settings.Value("WEBSITE_HOSTNAME") is { } host ? $"https://{host}" : null);
        return new WebhookSettings(authToken, [.. Split(text).Select(PublicUrl)])
        {
            SharedKeySecrets = Split(settings.Value(SharedKeySecretsKey)),
        };
    }

    /// <summary>Gets the base URLs that callers may use: the configured ones, or else the request's own.</summary>
    internal IReadOnlyList<Uri> PublicUrlsFor(HttpRequest request) => PublicUrls is [_, ..]
        ? PublicUrls
        // The header itself, because the framework's Host throws for a name that it cannot decode, such as xn--.
        : [Uri.TryCreate($"{request.Scheme}://{request.Headers.Host}", UriKind.Absolute, out Uri? used) ? used : Fallback];

    /// <summary>Shows no secret.</summary>
    public override string ToString() => $"{nameof(WebhookSettings)} {{ {nameof(PublicUrls)} = {string.Join(", ", PublicUrls)} }}";

    private static string[] Split(string? list) => (list ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries);

    private static Uri PublicUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url is { Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" }
            ? url
            : throw new StartupException(
                "PublicUrl must be http or https URLs such as https://my-app.azurewebsites.net, separated by commas or spaces.");
}
