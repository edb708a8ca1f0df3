using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

using SyncFunctions.Configuration;
using SyncFunctions.Emulator;

namespace SyncFunctions.Hosting;

/// <summary>Says at start, in a few lines, which Sync the app talks to.</summary>
internal sealed class StartupReport(SyncSettings settings, IServiceProvider services) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        string sync = services.GetService<EmbeddedEmulator>() is { Server: { } server } emulator
            ? "No Twilio credentials are configured.\n" + EmulatorBanner.Text(server, emulator.Options)
            : $"Sync: {settings.BaseUrl.GetLeftPart(UriPartial.Authority)} as {settings.Credentials}, "
                + $"services: {string.Join(", ", settings.Services.Select(service => $"{service.Key} = {service.Value}"))}";
        await Console.Out.WriteLineAsync($"{FunctionsHost.Describe(services)}{sync}\n");
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
