using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

using SyncFunctions.Configuration;

namespace SyncFunctions.Functions;

/// <summary>What it takes to check that a webhook is Twilio's.</summary>
/// <param name="AuthToken">The account's auth token, by which Twilio signs; <see langword="null"/> if only an API key is configured.</param>
/// <param name="Configured">The app's public base URL (<c>PublicUrl</c>); <see langword="null"/> if none is configured.</param>
public sealed record WebhookSettings(string? AuthToken, Uri? Configured)
{
    private static readonly Uri Fallback = new("http://localhost");

    /// <summary>Reads the settings.</summary>
    /// <exception cref="StartupException"><c>PublicUrl</c> is no URL.</exception>
    internal static WebhookSettings Read(IConfiguration configuration, string? authToken)
    {
        Settings settings = new(configuration);
        // In Azure the app's own name is known; the worker itself sees only the inner address of its host.
        string? text = settings.Value("PublicUrl")
            ?? (AzureEnvironment.IsAzure(configuration) && settings.Value("WEBSITE_HOSTNAME") is { } host ? $"https://{host}" : null);
        return text switch
        {
            null => new WebhookSettings(authToken, null),
            _ when Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url is { Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" } =>
                new WebhookSettings(authToken, url),
            _ => throw new StartupException("PublicUrl must be an http or https URL, such as https://my-app.azurewebsites.net."),
        };
    }

    /// <summary>The base URL that callers know: the configured one, or else the one they used.</summary>
    internal Uri PublicUrl(HttpRequest request) =>
        // The header, as the framework's Host throws at a name that it cannot decode, such as xn--.
        Configured ?? (Uri.TryCreate($"{request.Scheme}://{request.Headers.Host}", UriKind.Absolute, out Uri? used) ? used : Fallback);

    /// <summary>Shows no secret.</summary>
    public override string ToString() => $"{nameof(WebhookSettings)} {{ {nameof(Configured)} = {Configured} }}";
}
