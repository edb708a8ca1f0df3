using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using SyncFunctions.Hosting.Standalone;
using SyncFunctions.Sync;

namespace SyncFunctions.Hosting;

/// <summary>Hosts the functions in a web server of its own, as the Functions host would.</summary>
internal static class FunctionsHost
{
    private const string DefaultUrl = "http://127.0.0.1:7071";

    public static IHostApplicationBuilder CreateBuilder(string[] args)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Logging.ClearProviders().AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // It logs with a stack trace why the app cannot start, before the entry point says it in a line.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Services
            .AddHttpClient(HttpClientTransport.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(SyncHttp.CreateHandler)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
        builder.Services.AddSingleton<ISyncTransport, HttpClientTransport>();
        builder.Services.AddSingleton(_ => FunctionKeys.Read(builder.Configuration));
        builder.Services.AddHostedService<KeyRequirement>();
        builder.Services.AddCors();
        return builder;
    }

    public static IHost Build(IHostApplicationBuilder builder)
    {
        WebApplication application = ((WebApplicationBuilder)builder).Build();
        application.UseFunctionLog();
        application.UseFunctionProblems();
        application.UseConfiguredOrigins();
        application.MapFunctions(HostFile.RoutePrefix(AppContext.BaseDirectory));
        return application;
    }

    /// <summary>Every function with its methods and URL, as Core Tools prints them.</summary>
    public static string Describe(IServiceProvider services) => FunctionRoutes.Describe(services);
}
