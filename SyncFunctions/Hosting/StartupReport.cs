using Microsoft.Extensions.DependencyInjection;

using SyncFunctions.Configuration;
using SyncFunctions.Emulator;
using SyncFunctions.Store.Jobs;

namespace SyncFunctions.Hosting;

/// <summary>Says at start, in a few lines, which Sync the app talks to.</summary>
internal sealed class StartupReport(SyncSettings settings, IJobQueue jobs, IServiceProvider services) : StartedService
{
    public override async Task StartedAsync(CancellationToken cancellationToken)
    {
        await Console.Out.WriteLineAsync(services.GetService<EmbeddedEmulator>() is { Server: { } server } emulator
            ? $"No Twilio credentials are configured.\n{EmulatorBanner.Text(server, emulator.Options)}\n"
            : $"Sync: {settings.BaseUrl.GetLeftPart(UriPartial.Authority)} as {settings.Credentials}, "
                + $"services: {string.Join(", ", settings.Services.Select(service => $"{service.Key} = {service.Value}"))}\n");
        if (jobs.Fault is { } fault)
        {
            await Console.Out.WriteLineAsync($"{fault}\n");
        }
    }
}
