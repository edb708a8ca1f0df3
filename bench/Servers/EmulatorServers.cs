using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

using SyncFunctions.Emulator;

namespace SyncFunctions.Benchmarks.Servers;

/// <summary>The emulator, and what it cannot be faster than.</summary>
internal static class EmulatorServers
{
    /// <summary>The emulator over a new data file in a temporary folder.</summary>
    public const string Emulator = "emulator";

    /// <summary>Bare Kestrel, which answers everything with the same bytes.</summary>
    public const string Bare = "bare";

    /// <param name="arguments">The data file, if it is there already.</param>
    public static async Task<(Uri Url, IAsyncDisposable Server)> StartEmulatorAsync(string[] arguments)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("syncfunctions-bench-");
        string dataFile = arguments is [var existing] ? existing : Path.Combine(folder.FullName, "sync.db");
        EmulatorServer server = await EmulatorServer.StartAsync(
            new EmulatorOptions { Port = 0, DataFile = dataFile, MaximumRealtimeConnections = 20_000 },
            NullLoggerFactory.Instance,
            TimeProvider.System);
        return (server.Url, new WithFolder(server, folder));
    }

    /// <param name="arguments">The number of bytes of an answer.</param>
    public static async Task<(Uri Url, IAsyncDisposable Server)> StartBareAsync(string[] arguments)
    {
        byte[] body = new byte[int.Parse(arguments[0], System.Globalization.CultureInfo.InvariantCulture)];
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        WebApplication application = builder.Build();
        application.Run(async context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body);
        });
        await application.StartAsync();
        return (new Uri(application.Urls.First()), application);
    }

    private sealed class WithFolder(EmulatorServer server, DirectoryInfo folder) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }
}
