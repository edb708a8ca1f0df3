using Microsoft.Extensions.Configuration;

using SyncFunctions.Configuration;
using SyncFunctions.Emulator;

namespace SyncFunctions.Hosting;

/// <summary>
/// The other origins whose web pages may call the functions: those in <c>Cors__AllowedOrigins</c>, separated by commas; none by default.
/// </summary>
internal static class AllowedOrigins
{
    private const string Key = "Cors:AllowedOrigins";

    /// <summary>Reads the origins.</summary>
    /// <exception cref="StartupException">One is not an origin.</exception>
    public static string[] Read(IConfiguration configuration)
    {
        string[] origins = [.. LocalCallers.Split(new Settings(configuration).Value(Key)).Select(origin => origin.TrimEnd('/'))];
        return origins.FirstOrDefault(origin => !IsOrigin(origin)) is { } wrong
            ? throw new StartupException($"{Settings.Name(Key)} must be origins such as http://127.0.0.1:8080, separated by commas; {wrong} is not an origin.")
            : origins;
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url is { Scheme: "http" or "https" } && url.GetLeftPart(UriPartial.Authority) == text;
}
