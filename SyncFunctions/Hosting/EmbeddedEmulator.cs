using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using SyncFunctions.Client;
using SyncFunctions.Configuration;
using SyncFunctions.Emulator;

namespace SyncFunctions.Hosting;

/// <summary>Runs the local Sync service with the app. The app talks to it as it talks to Twilio: over HTTP, with credentials.</summary>
internal sealed class EmbeddedEmulator(EmulatorOptions options, ILoggerFactory loggerFactory, TimeProvider time) : IHostedService, IAsyncDisposable
{
    private readonly TaskCompletionSource<Uri> url = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private EmulatorServer? server;

    public EmulatorOptions Options => options;

    /// <summary>How to reach it. Requests wait until it listens.</summary>
    public SyncConnection Connection => new(url.Task, options.AccountSid, options.AuthToken);

    /// <summary>The running emulator; null before the start.</summary>
    public EmulatorServer? Server => server;

    /// <summary>The emulator's options, with the app's services among those that must exist.</summary>
    public static EmulatorOptions ReadOptions(IConfiguration configuration, SyncSettings settings)
    {
        EmulatorOptions options = EmulatorOptions.Read(configuration);
        // Pages that may call the functions may connect to the emulator with the tokens that they get there.
        options.AllowedOrigins = string.Join(',', [.. LocalCallers.Split(options.AllowedOrigins), .. AllowedOrigins.Read(configuration)]);
        options.ProvisionedServiceSids = [.. settings.Services.Values.Where(sid => sid != SyncSettings.DefaultService)];
        return options;
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        server = await EmulatorServer.StartAsync(options, loggerFactory, time, cancellationToken);
        url.SetResult(server.Url);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Not at StopAsync: the calls under way still need it, and the web server stops after the services that were added before it.
    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }
}
