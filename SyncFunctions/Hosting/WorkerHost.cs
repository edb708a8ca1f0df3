using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

namespace SyncFunctions.Hosting;

/// <summary>Runs the app as an isolated worker of Azure Functions, with its ASP.NET Core integration. The Functions host routes and checks the keys.</summary>
internal sealed class WorkerHost : AppHost
{
    private readonly FunctionsApplicationBuilder builder;

    public WorkerHost(string[] args)
    {
        builder = FunctionsApplication.CreateBuilder(args);
        builder.ConfigureFunctionsWebApplication();
    }

    /// <inheritdoc/>
    public override IHostApplicationBuilder Builder => builder;

    /// <inheritdoc/>
    public override IHost Build() => builder.Build();
}
