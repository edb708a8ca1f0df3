using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using SyncFunctions.Functions;
using SyncFunctions.Hosting.Jobs;

namespace SyncFunctions.Hosting.Local;

/// <summary>Runs the app by itself: a web server that routes requests to the functions as the Functions host would.</summary>
internal sealed class LocalHost : AppHost
{
    private const string DefaultUrl = "http://127.0.0.1:7071";

    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);

    private readonly WebApplicationBuilder builder;

    public LocalHost(string[] args)
    {
        // The declarations of all functions take a while to read, and are not needed yet: that is done on another thread.
        _ = Task.Run(() => FunctionCatalog.All);
        builder = WebApplication.CreateBuilder(args);
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            RequestLimits.Widen(kestrel.Limits);
        });
        builder.Services.NameAddressFaults();
        // Running requests get this long. A request whose body never ends would otherwise keep the process running for half a minute.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Logging.ClearProviders().AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.KeepUrlsOutOfLogs();
        // It would log a failed start with a stack trace, and the entry point already prints the reason in one line.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Services.AddSingleton(_ => FunctionKeys.Read(builder.Configuration));
        builder.Services.AddSingleton<IAccessPolicy>(provider =>
            provider.GetRequiredService<FunctionKeys>().AreRequired ? new KeyedAccess() : KeylessAccess.Read(builder.Configuration, isHostHidden: false));
        builder.Services.AddHostedService<KeyRequirement>();
        builder.Services.AddSingleton<IStartupNotes, FunctionList>();
        builder.Services.AddCors();
    }

    /// <inheritdoc/>
    public override IHostApplicationBuilder Builder => builder;

    /// <summary>Gets the web server's own settings.</summary>
    internal IWebHostBuilder WebHost => builder.WebHost;

    /// <inheritdoc/>
    protected override IHost CreateHost()
    {
        builder.AddLocalJobs();
        builder.AddTelemetry(isWorker: false);
        return builder.Build();
    }

    /// <inheritdoc/>
    protected override void Configure(IHost host)
    {
        WebApplication application = (WebApplication)host;
        application.UseFunctionLog();
        string pathBase = HostFile.PathBase(AppContext.BaseDirectory);
        application.UseFunctionProblems(pathBase);
        application.UseRequestLimits();
        application.UseAllowedOrigins();
        application.UseExplorerRedirect(pathBase);
        application.MapFunctions(pathBase);
    }
}
