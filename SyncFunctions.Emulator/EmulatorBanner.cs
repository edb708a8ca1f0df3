namespace SyncFunctions.Emulator;

/// <summary>The text that a developer needs to use the emulator with a Twilio SDK.</summary>
public static class EmulatorBanner
{
    /// <summary>Gets a few short lines: the emulator's address, its data file, and what to configure in an SDK.</summary>
    public static string Text(EmulatorServer server, EmulatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(options);
        return $"""
            Sync emulator:  {server.Url.GetLeftPart(UriPartial.Authority)}
            Data file:      {(options.InMemory ? "none: the data ends with the process" : server.DataFile)}
            For an SDK:
              account SID   {options.AccountSid}
              auth token    {options.AuthToken}
              API key SID   {options.ApiKeySid}
              API secret    {options.ApiKeySecret}
              Sync service  {options.ServiceSid}, also as "default"
              realtime      {server.RealtimeUrl}
            """;
    }
}
