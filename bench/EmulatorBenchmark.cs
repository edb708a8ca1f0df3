using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace SyncFunctions.Benchmarks;

/// <summary>Compares the emulator's reads and durable writes with a bare Kestrel endpoint that returns a constant of the same size.</summary>
internal static class EmulatorBenchmark
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(4);

    public static async Task RunAsync()
    {
        Console.WriteLine("\nRequests a second by the number of connections, and as a ratio to bare Kestrel");
        Console.WriteLine($"{"connections",-12}{"bare",10}{"reads",10}{"ratio",8}{"writes",10}{"ratio",8}");
        await using BenchApp app = await BenchApp.StartAsync();
        await BenchApp.PostAsync(app.Sync, "Documents", ("UniqueName", "read"), ("Data", """{"status":"available","since":"2026-01-01T00:00:00Z"}"""));
        await BenchApp.PostAsync(app.Sync, "Maps", ("UniqueName", "map"));
        byte[] body = await app.Sync.GetByteArrayAsync(new Uri("Documents/read", UriKind.Relative));
        await using WebApplication bare = await StartBareAsync(body);
        foreach (int connections in (int[])[1, 16, 64])
        {
            using HttpClient bareClient = Client(new Uri(bare.Urls.First()), connections);
            using HttpClient sync = Client(app.Sync.BaseAddress!, connections);
            sync.DefaultRequestHeaders.Authorization = app.Sync.DefaultRequestHeaders.Authorization;

            Func<int, Task> callBare = _ => BenchApp.GetAsync(bareClient, "/");
            Func<int, Task> read = _ => BenchApp.GetAsync(sync, "Documents/read");
            Func<int, Task> write = number => BenchApp.PostAsync(
                sync, "Maps/map/Items", ("Key", $"{connections}-{Guid.NewGuid():N}-{number}"), ("Data", """{"status":"available"}"""));
            foreach (Func<int, Task> operation in (Func<int, Task>[])[callBare, read, write])
            {
                await Load.ThroughputAsync(connections, TimeSpan.FromSeconds(1), operation);
            }

            double bareRate = await Load.ThroughputAsync(connections, Length, callBare);
            double readRate = await Load.ThroughputAsync(connections, Length, read);
            double writeRate = await Load.ThroughputAsync(connections, Length, write);
            Console.WriteLine(
                $"{connections,-12}{bareRate,10:0}{readRate,10:0}{readRate / bareRate,8:0.00}{writeRate,10:0}{writeRate / bareRate,8:0.00}");
        }
    }

    private static HttpClient Client(Uri address, int connections) =>
        new(new SocketsHttpHandler { MaxConnectionsPerServer = connections }) { BaseAddress = address };

    private static async Task<WebApplication> StartBareAsync(byte[] body)
    {
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
        return application;
    }
}
