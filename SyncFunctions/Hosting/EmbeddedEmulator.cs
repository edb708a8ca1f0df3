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
    private readonly CancellationTokenSource startCancellation = new();
    private Task starting = Task.CompletedTask;
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

    /// <summary>Begins to start it on another thread, while the host is set up and starts.</summary>
    public void BeginStart() => starting = Task.Run(ListenAsync);

    /// <inheritdoc/>
    /// <exception cref="EmulatorStartException">It cannot start.</exception>
    public override async Task StartedAsync(CancellationToken cancellationToken)
    {
        await using CancellationTokenRegistration registration = cancellationToken.Register(startCancellation.Cancel);
        await starting;
    }

    // Not in StopAsync: running calls still need it, and the web server stops after the services that were added before it.
    // It is called twice: the container has this service under two types. So the source of the cancellation, which needs no disposal, is not disposed.
    public async ValueTask DisposeAsync()
    {
        // It may still be starting if the host could not be set up, or another service failed to start. Its own failure has been thrown by StartedAsync.
        await startCancellation.CancelAsync();
        await starting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }

    private async Task ListenAsync()
    {
        server = await EmulatorServer.StartAsync(options, loggerFactory, time, startCancellation.Token);
        url.SetResult(server.Url);
    }
}
