using System.Text;

using Microsoft.Extensions.DependencyInjection;

using SyncFunctions.Configuration;
using SyncFunctions.Emulator;
using SyncFunctions.Store.Jobs;

namespace SyncFunctions.Hosting;

/// <summary>
/// Prints at start, in one piece, what the host adds, which Sync service the app uses, and where the explorer is. The list of functions is longer than a
/// terminal is high, so what a person needs first comes last.
/// </summary>
internal sealed class StartupReport(SyncSettings settings, ExplorerSettings explorer, IJobQueue jobs, IServiceProvider services) : StartedService
{
    public override async Task StartedAsync(CancellationToken cancellationToken)
    {
        IStartupNotes? host = services.GetService<IStartupNotes>();
        StringBuilder text = new();
        foreach (string line in host?.Lines ?? [])
        {
            text.AppendLine(line);
        }

        text.AppendLine(Sync());
        if (jobs.Fault is { } fault)
        {
            text.AppendLine($"Jobs:           {fault}");
        }

        if (host is not null && explorer.IsEnabled)
        {
            text.AppendLine($"Explorer:       {host.Address}explorer");
        }

        await Console.Out.WriteLineAsync(text, cancellationToken);
    }

    private string Sync() => services.GetService<EmbeddedEmulator>() is { Server: { } server } emulator
        ? $"Sync:           the app's own emulator, as no Twilio credentials are configured\n{EmulatorBanner.Text(server, emulator.Options)}"
        : $"Sync:           {settings.BaseUrl.GetLeftPart(UriPartial.Authority)} as {settings.Credentials}\n"
            + $"Sync services:  {string.Join(", ", settings.Services.Select(service => $"{service.Key} = {service.Value}"))}";
}
