using Microsoft.Extensions.Configuration;

using SyncFunctions.Configuration;

namespace SyncFunctions.Functions;

/// <summary>The settings of the sessions' entry links.</summary>
/// <param name="JoinUrl">The page to which browsers are redirected (<c>Sessions__JoinUrl</c>); <see langword="null"/> if there is none.</param>
public sealed record SessionSettings(Uri? JoinUrl)
{
    private const string JoinUrlKey = "Sessions:JoinUrl";

    /// <summary>Reads the settings.</summary>
    /// <exception cref="StartupException"><c>Sessions__JoinUrl</c> is not the URL of a page.</exception>
    internal static SessionSettings Read(IConfiguration configuration) => new Settings(configuration).Value(JoinUrlKey) switch
    {
        null => new SessionSettings((Uri?)null),
        // The fragment is used for the participant's values.
        { } text when Uri.TryCreate(text, UriKind.Absolute, out Uri? url)
            && url is { Scheme: "http" or "https", Fragment: "", UserInfo: "" } && !text.EndsWith('#') => new SessionSettings(url),
        _ => throw new StartupException(
            $"{Settings.Name(JoinUrlKey)} must be an http or https URL without a fragment, such as https://my-site.example/session/."),
    };
}
