using System.Text;

using Microsoft.Extensions.DependencyInjection;

using SyncFunctions.Configuration;
using SyncFunctions.Emulator;
using SyncFunctions.Store.Jobs;

namespace SyncFunctions.Hosting;

/// <summary>
/// Prints at start, as one text, what a developer needs first: the explorer's address, the Sync service, and the host's lines.
/// </summary>
internal sealed class StartupReport(SyncSettings settings, ExplorerSettings explorer, IJobQueue jobs, IServiceProvider services) : StartedService
{
    public override async Task StartedAsync(CancellationToken cancellationToken)
    {
        IStartupNotes? host = services.GetService<IStartupNotes>();
        StringBuilder text = new();
        if (host is not null && explorer.IsEnabled)
        {
            text.AppendLine(Explorer(host));
        }

        text.AppendLine(Sync());
        if (jobs.Fault is { } fault)
        {
            text.AppendLine($"Jobs:           {fault}");
        }

        foreach (string line in host?.Lines ?? [])
        {
            text.AppendLine(line);
        }

        if (host is not null && explorer.IsEnabled)
        {
            // Again, because the list of functions is longer than a terminal is high.
            text.AppendLine().AppendLine(Explorer(host));
        }

        await Console.Out.WriteLineAsync(text, cancellationToken);
    }

    private static string Explorer(IStartupNotes host) => $"Explorer:       {host.Address}explorer";

    private string Sync() => services.GetService<EmbeddedEmulator>() is { Server: { } server } emulator
        ? $"Sync:           the app's own emulator, as no Twilio credentials are configured\n{EmulatorBanner.Text(server, emulator.Options)}"
        : $"Sync:           {settings.BaseUrl.GetLeftPart(UriPartial.Authority)} as {settings.Credentials}\n"
            + $"Sync services:  {string.Join(", ", settings.Services.Select(service => $"{service.Key} = {service.Value}"))}";
}
