using Microsoft.Extensions.Hosting;

using SyncFunctions;
using SyncFunctions.Configuration;
using SyncFunctions.Emulator;
using SyncFunctions.Hosting;

try
{
    if (HashPasswordCommand.IsMeant(args))
    {
        return HashPasswordCommand.Run();
    }

    AppHost app = AppHost.Create(args);
    app.Builder.AddSettings();
    app.Builder.AddSync();
    app.Builder.AddFunctions();

    using IHost host = app.Build();
    await host.StartAsync();
    await host.WaitForShutdownAsync();
    return 0;
}
catch (Exception exception) when (exception is StartupException or EmulatorStartException)
{
    // The message says what is wrong with the configuration; a stack trace would only hide it.
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}
