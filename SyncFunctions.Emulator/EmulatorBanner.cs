namespace SyncFunctions.Emulator;

/// <summary>What somebody needs to know to use the emulator from a Twilio SDK.</summary>
public static class EmulatorBanner
{
    /// <summary>A few lines: where it is, where its data is, and what to put into an SDK.</summary>
    public static string Text(EmulatorServer server, EmulatorOptions options) => $"""
        Sync emulator: {server.Url.GetLeftPart(UriPartial.Authority)} (data in {(options.InMemory ? "memory" : server.DataFile)})
          For a Twilio SDK:  account SID {options.AccountSid}, auth token {options.AuthToken}
                  or API key SID {options.ApiKeySid}, secret {options.ApiKeySecret}
                    Sync service {options.ServiceSid} (also as "default")
        """;
}
