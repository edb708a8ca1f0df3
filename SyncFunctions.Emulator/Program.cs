using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

using SyncFunctions.Emulator;

// Emulator__Port=7172 in the environment, or --Emulator:Port 7172 on the command line.
IConfiguration configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
using ILoggerFactory loggerFactory = LoggerFactory.Create(logging => logging
    .AddSimpleConsole(console => console.SingleLine = true)
    .SetMinimumLevel(LogLevel.Information)
    .AddFilter("Microsoft", LogLevel.Warning));

using CancellationTokenSource stopping = new();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stopping.Cancel();
};
using var terminated = System.Runtime.InteropServices.PosixSignalRegistration.Create(
    System.Runtime.InteropServices.PosixSignal.SIGTERM,
    signal =>
    {
        signal.Cancel = true;
        stopping.Cancel();
    });

try
{
    EmulatorOptions options = EmulatorOptions.Read(configuration);
    await using EmulatorServer server = await EmulatorServer.StartAsync(options, loggerFactory, TimeProvider.System, stopping.Token);
    Console.WriteLine($"Explorer:       {server.Url}\n{EmulatorBanner.Text(server, options)}");
    await Task.Delay(Timeout.Infinite, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    return 0;
}
catch (EmulatorStartException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
