using Microsoft.Extensions.Logging;

namespace SyncFunctions.Emulator.Tool;

/// <summary>Runs the emulator as a process.</summary>
internal static class EmulatorRun
{
    /// <summary>Runs the emulator until it is told to stop, and then exports the data if requested.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(ToolCommand command, CancellationToken stopping)
    {
        using ILoggerFactory loggerFactory = LoggerFactory.Create(logging => logging
            .AddSimpleConsole(console => console.SingleLine = true)
            .SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            // It logs with a stack trace why the emulator cannot start, before the entry point says it in a line.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None));
        EmulatorOptions options = EmulatorOptions.Read(command.Configuration);
        await using EmulatorServer? server = await StartAsync(options, loggerFactory, stopping);
        if (server is null)
        {
            return ExitCode.Failed;
        }

        if (server.Imported is { } imported)
        {
            Console.WriteLine(TransferText.Of("Imported", options.ImportFile ?? options.SeedFile!, imported));
        }

        Console.WriteLine($"Explorer:       {server.Url}\n{EmulatorBanner.Text(server, options)}");
        await Task.Delay(Timeout.Infinite, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return command.ExportFile is null ? ExitCode.Ended : await ExportAsync(server, command.ExportFile);
    }

    // Null if it was told to stop before it had started.
    private static async Task<EmulatorServer?> StartAsync(EmulatorOptions options, ILoggerFactory loggerFactory, CancellationToken stopping)
    {
        try
        {
            return await TransferProgress.ShowAsync("Importing", progress =>
            {
                options.ImportProgress = progress;
                return EmulatorServer.StartAsync(options, loggerFactory, TimeProvider.System, stopping);
            });
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped before it had started.");
            return null;
        }
    }

    private static async Task<int> ExportAsync(EmulatorServer server, string file)
    {
        // All acknowledged changes are exported, and later requests are refused.
        await server.StopAsync(CancellationToken.None);
        try
        {
            EmulatorTransfer exported = await TransferProgress.ShowAsync(
                "Exporting", progress => SnapshotFile.WriteAsync(file, stream => server.ExportAsync(stream, progress: progress)));
            Console.WriteLine(TransferText.Of("Exported", file, exported));
            return ExitCode.Ended;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{ToolCommand.ExportOnExit}: {file} cannot be written: {exception.Message}");
            return ExitCode.Failed;
        }
    }
}
