using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

using SyncFunctions.Client;
using SyncFunctions.Configuration;
using SyncFunctions.Emulator;

namespace SyncFunctions.Hosting;

/// <summary>Runs the emulator with the app. The app calls it in the same way as Twilio: over HTTP, with credentials.</summary>
internal sealed class EmbeddedEmulator(EmulatorOptions options, ILoggerFactory loggerFactory, TimeProvider time) : StartedService, IAsyncDisposable
{
    private readonly TaskCompletionSource<Uri> url = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? starting;
    private EmulatorServer? server;

    public EmulatorOptions Options => options;

    /// <summary>The connection to it. Requests wait until it listens.</summary>
    public SyncConnection Connection => new(url.Task, options.AccountSid, options.AuthToken);

    /// <summary>The running emulator; null before the start.</summary>
    public EmulatorServer? Server => server;

    /// <summary>The emulator's options. The app's services are among those that it creates.</summary>
    public static EmulatorOptions ReadOptions(IConfiguration configuration, SyncSettings settings)
    {
        EmulatorOptions options = EmulatorOptions.Read(configuration);
        // Pages that may call the functions may also connect to the emulator, with the tokens that the functions return.
        options.AllowedOrigins = string.Join(',', [.. LocalCallers.Split(options.AllowedOrigins), .. AllowedOrigins.Read(configuration)]);
        options.ProvisionedServiceSids = [.. settings.Services.Values.Where(sid => sid != SyncSettings.DefaultService)];
        return options;
    }

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // On another thread, so that the web server starts at the same time.
        starting = Task.Run(() => ListenAsync(cancellationToken), cancellationToken);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task StartedAsync(CancellationToken cancellationToken) => starting!;

    // Not in StopAsync: running calls still need it, and the web server stops after the services that were added before it.
    public async ValueTask DisposeAsync()
    {
        // It may still be starting if another service failed to start. Its own failure has been thrown by StartedAsync.
        await (starting ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        server = await EmulatorServer.StartAsync(options, loggerFactory, time, cancellationToken);
        url.SetResult(server.Url);
    }
}
