namespace SyncFunctions.Tests.Support;

/// <summary>The app as a process of its own that sends its telemetry away: hosted by itself, or as a worker.</summary>
internal sealed class ObservedApp : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private AppProcess? local;
    private FunctionsHost? host;

    private ObservedApp()
    {
    }

    /// <summary>Gets a client; relative URLs are routes below the prefix.</summary>
    public HttpClient Http { get; private set; } = null!;

    public static async Task<ObservedApp> StartAsync(bool isWorker, IReadOnlyDictionary<string, string> settings)
    {
        ObservedApp app = new();
        try
        {
            if (isWorker)
            {
                app.host = await FunctionsHost.StartAsync(new Dictionary<string, string>(settings) { ["Jobs__Enabled"] = "false" });
                app.Http = app.host.Http;
            }
            else
            {
                app.local = AppProcess.Start(
                    app.folder.Path,
                    [.. settings.Select(setting => (setting.Key, setting.Value)), ("Jobs__Enabled", "false"), ("Emulator__DataFile", app.folder.File("sync.db"))]);
                app.Http = await app.local.ClientAsync();
            }

            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (local is not null)
        {
            Http?.Dispose();
            await local.DisposeAsync();
        }

        if (host is not null)
        {
            await host.DisposeAsync();
        }

        folder.Dispose();
    }
}
