using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

using SyncFunctions.Hosting.Worker;
using SyncFunctions.Sync;

namespace SyncFunctions.Hosting;

/// <summary>Hosts the functions in an isolated worker of Azure Functions, with its ASP.NET Core integration.</summary>
internal static class FunctionsHost
{
    public static IHostApplicationBuilder CreateBuilder(string[] args)
    {
        FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder(args);
        builder.ConfigureFunctionsWebApplication();
        builder.Services.AddSingleton<ISyncTransport, TwilioTransport>();
        return builder;
    }

    public static IHost Build(IHostApplicationBuilder builder) => ((FunctionsApplicationBuilder)builder).Build();

    /// <summary>Nothing: the Functions host prints the functions itself.</summary>
    public static string Describe(IServiceProvider services) => "";
}
