using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

using SyncFunctions.Functions;
using SyncFunctions.Hosting.Jobs;

namespace SyncFunctions.Hosting;

/// <summary>Runs the app as an isolated worker of Azure Functions, with its ASP.NET Core integration. The Functions host routes and checks the keys.</summary>
internal sealed class WorkerHost : AppHost
{
    private readonly FunctionsApplicationBuilder builder;

    public WorkerHost(string[] args)
    {
        builder = FunctionsApplication.CreateBuilder(args);
        builder.ConfigureFunctionsWebApplication();
        builder.Services.KeepUrlsOutOfLogs();
    }

    /// <inheritdoc/>
    public override IHostApplicationBuilder Builder => builder;

    // Core Tools requires no keys on a developer's machine. This variable shows that it is the host.
    private bool IsUnderCoreTools => bool.TryParse(builder.Configuration["FUNCTIONS_CORETOOLS_ENVIRONMENT"], out bool isUnder) && isUnder;

    /// <inheritdoc/>
    protected override IHost CreateHost()
    {
        builder.Services.AddSingleton<IAccessPolicy>(_ => IsUnderCoreTools ? KeylessAccess.Read(builder.Configuration, isHostHidden: true) : new KeyedAccess());
        builder.AddQueuedJobs();
        builder.AddTelemetry(isWorker: true);
        return builder.Build();
    }
}
