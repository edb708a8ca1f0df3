using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

using SyncFunctions.Configuration;
using SyncFunctions.Hosting.Local;

namespace SyncFunctions.Hosting;

/// <summary>The host of the functions: Azure Functions, or this process by itself. The app is the same under both.</summary>
internal abstract class AppHost
{
    // Core Tools and the Functions host start every worker with this argument. FUNCTIONS_WORKER_RUNTIME proves nothing: it is also set in shells and in
    // local.settings.json.
    private const string FunctionsHostArgument = "--functions-uri";

    // Set if Azure starts the app inside a placeholder process, which does not have the app's arguments.
    private const string NativeHostData = "AZURE_FUNCTIONS_NATIVE_HOST";

    /// <summary>Gets the builder to which the app adds its services.</summary>
    public abstract IHostApplicationBuilder Builder { get; }

    /// <summary>Chooses the host by what started the process.</summary>
    /// <exception cref="StartupException">It runs in Azure, but the Functions host did not start it.</exception>
    public static AppHost Create(string[] args)
    {
        if (IsWorker(args))
        {
            return new WorkerHost(args);
        }

        LocalHost local = new(args);
        return AzureEnvironment.IsAzure(local.Builder.Configuration)
            ? throw new StartupException(
                $"The app was started without {FunctionsHostArgument}: in Azure only the Functions host may start it, because the host checks the function keys. "
                + "Deploy it to a function app, whose FUNCTIONS_WORKER_RUNTIME is dotnet-isolated.")
            : local;
    }

    /// <summary>Builds the host. The emulator, if there is one, begins to start meanwhile.</summary>
    public IHost Build()
    {
        IHost host = CreateHost();
        try
        {
            // It takes longest of all: two fifths of the time to the first answer.
            host.Services.GetService<EmbeddedEmulator>()?.BeginStart();
            Configure(host);
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>Builds the services.</summary>
    protected abstract IHost CreateHost();

    /// <summary>Sets up what needs the services.</summary>
    protected virtual void Configure(IHost host)
    {
    }

    private static bool IsWorker(string[] args) =>
        args.Any(argument => argument == FunctionsHostArgument || argument.StartsWith(FunctionsHostArgument + "=", StringComparison.Ordinal))
        || AppContext.GetData(NativeHostData) is not null;
}
