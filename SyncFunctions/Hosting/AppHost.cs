using Microsoft.Extensions.Hosting;

using SyncFunctions.Configuration;
using SyncFunctions.Hosting.Local;

namespace SyncFunctions.Hosting;

/// <summary>What hosts the functions: Azure Functions, or this process by itself. The app is the same in both.</summary>
internal abstract class AppHost
{
    // Core Tools and the Functions host start every worker with this argument. FUNCTIONS_WORKER_RUNTIME says nothing: it also stands in shells and
    // in local.settings.json.
    private const string FunctionsHostArgument = "--functions-uri";

    // Set when Azure starts the app inside a placeholder process, which has no arguments for it.
    private const string NativeHostData = "AZURE_FUNCTIONS_NATIVE_HOST";

    /// <summary>Gets what the app is composed in.</summary>
    public abstract IHostApplicationBuilder Builder { get; }

    /// <summary>Chooses the host by who started the process.</summary>
    /// <exception cref="StartupException">In Azure something else than the Functions host started it.</exception>
    public static AppHost Create(string[] args)
    {
        if (IsWorker(args))
        {
            return new WorkerHost(args);
        }

        LocalHost local = new(args);
        return AzureEnvironment.IsAzure(local.Builder.Configuration)
            ? throw new StartupException(
                $"The app was started without {FunctionsHostArgument}: in Azure only the Functions host may start it, as it checks the function keys. "
                + "Deploy it to a function app, whose FUNCTIONS_WORKER_RUNTIME is dotnet-isolated.")
            : local;
    }

    /// <summary>Builds the host.</summary>
    public abstract IHost Build();

    private static bool IsWorker(string[] args) =>
        args.Any(argument => argument == FunctionsHostArgument || argument.StartsWith(FunctionsHostArgument + "=", StringComparison.Ordinal))
        || AppContext.GetData(NativeHostData) is not null;
}
