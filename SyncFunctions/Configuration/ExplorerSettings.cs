using Microsoft.Extensions.Configuration;

namespace SyncFunctions.Configuration;

/// <summary>The explorer's settings.</summary>
/// <param name="IsEnabled">Whether the page is served: <c>Explorer__Enabled</c>.</param>
/// <param name="Region">The Twilio region to which the page connects for realtime changes.</param>
public sealed record ExplorerSettings(bool IsEnabled, string Region)
{
    private const string DefaultRegion = "us1";

    /// <summary>Reads the settings.</summary>
    /// <exception cref="StartupException">A value cannot be used.</exception>
    public static ExplorerSettings Read(IConfiguration configuration)
    {
        Settings settings = new(configuration);
        return new ExplorerSettings(settings.Boolean("Explorer:Enabled") ?? true, settings.HostLabel("Twilio:Region") ?? DefaultRegion);
    }
}
