using Microsoft.AspNetCore.Builder;

using SyncFunctions.Configuration;

namespace SyncFunctions.Hosting.Local;

/// <summary>
/// Lets web pages of other origins call the functions: those that <c>Cors__AllowedOrigins</c> names, separated by commas; none by default. Under
/// the Functions host this is the host's own business.
/// </summary>
internal static class AllowedOrigins
{
    private const string Key = "Cors:AllowedOrigins";

    public static void UseConfiguredOrigins(this WebApplication application)
    {
        string[] origins = [.. (new Settings(application.Configuration).Value(Key) ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(origin => origin.TrimEnd('/'))];
        if (origins.FirstOrDefault(origin => !IsOrigin(origin)) is { } wrong)
        {
            throw new StartupException($"{Settings.Name(Key)} must be origins such as http://127.0.0.1:8080, separated by commas, and has {wrong}.");
        }

        if (origins.Length > 0)
        {
            application.UseCors(policy => policy
                .WithOrigins(origins)
                .WithMethods("GET", "POST", "DELETE")
                .WithHeaders("content-type", "if-match", "x-functions-key")
                .WithExposedHeaders("ETag", "Retry-After"));
        }
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url is { Scheme: "http" or "https" } && url.GetLeftPart(UriPartial.Authority) == text;
}
