namespace SyncFunctions.Client;

/// <summary>The address of Sync and the credentials for it.</summary>
/// <param name="BaseUrl">The API's origin. It is a task because an emulator on a free port knows its address only once it listens.</param>
/// <param name="Username">The account SID or the API key's SID.</param>
/// <param name="Password">The auth token or the API key's secret.</param>
public sealed record SyncConnection(Task<Uri> BaseUrl, string Username, string Password)
{
    /// <summary>The path for realtime clients, at Twilio and at the emulator.</summary>
    public const string RealtimePath = "/v3/wsconnect";

    /// <summary>Gets the address for realtime clients of an emulator. It accepts them at the address of its REST API.</summary>
    /// <param name="baseUrl">The API's origin.</param>
    public static Uri RealtimeUrl(Uri baseUrl)
    {
        ArgumentNullException.ThrowIfNull(baseUrl);
        return new UriBuilder(baseUrl) { Scheme = baseUrl.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs, Path = RealtimePath }.Uri;
    }

    /// <summary>The absolute URL of a request.</summary>
    public async ValueTask<string> UrlAsync(SyncRequest request, CancellationToken cancellationToken)
    {
        // A path is escaped already, so the text need not be parsed again.
        Uri baseUrl = await BaseUrl.WaitAsync(cancellationToken);
        return $"{baseUrl.Scheme}://{baseUrl.Authority}{request.Path}";
    }

    /// <summary>Names the user, never the password.</summary>
    public override string ToString() => $"{nameof(SyncConnection)} {{ {nameof(Username)} = {Username} }}";
}
