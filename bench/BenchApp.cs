using System.Net.Http.Headers;
using System.Text;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using SyncFunctions.Client;
using SyncFunctions.Emulator;
using SyncFunctions.Hosting;
using SyncFunctions.Hosting.Local;

namespace SyncFunctions.Benchmarks;

/// <summary>The app over its embedded emulator, on free ports, over a new data file in the working directory's temporary folder.</summary>
internal sealed class BenchApp : IAsyncDisposable
{
    private readonly IHost host;
    private readonly DirectoryInfo folder;

    private BenchApp(IHost host, DirectoryInfo folder)
    {
        this.host = host;
        this.folder = folder;
        EmulatorServer emulator = host.Services.GetRequiredService<EmbeddedEmulator>().Server!;
        EmulatorOptions options = host.Services.GetRequiredService<EmulatorOptions>();
        Api = new HttpClient { BaseAddress = new Uri(new Uri(((WebApplication)host).Urls.First()), "/api/") };
        Sync = new HttpClient { BaseAddress = new Uri(emulator.Url, "/v1/Services/default/") };
        Sync.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.AccountSid}:{options.AuthToken}")));
    }

    /// <summary>Relative URLs are function names.</summary>
    public HttpClient Api { get; }

    /// <summary>The emulator; relative URLs begin at the default service.</summary>
    public HttpClient Sync { get; }

    /// <summary>How many requests the app has sent to Sync.</summary>
    public int SyncRequests => ((Counter)host.Services.GetRequiredService<ISyncTransport>()).Count;

    public static async Task<BenchApp> StartAsync()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("syncfunctions-bench-");
        LocalHost app = new([]);
        IHostApplicationBuilder builder = app.Builder;
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(
        [
            KeyValuePair.Create("Emulator:Port", (string?)"0"),
            KeyValuePair.Create("Emulator:DataFile", (string?)Path.Combine(folder.FullName, "sync.db")),
        ]);
        app.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.AddSync();
        builder.AddFunctions();
        ServiceDescriptor transport = builder.Services.Last(service => service.ServiceType == typeof(ISyncTransport));
        builder.Services.AddSingleton<ISyncTransport>(provider =>
            new Counter((ISyncTransport)ActivatorUtilities.CreateInstance(provider, transport.ImplementationType!)));

        // The start-up report is for people at a terminal.
        TextWriter console = Console.Out;
        Console.SetOut(TextWriter.Null);
        IHost host = app.Build();
        await host.StartAsync();
        Console.SetOut(console);
        return new BenchApp(host, folder);
    }

    public static async Task PostAsync(HttpClient client, string path, params (string Name, string Value)[] form)
    {
        using HttpResponseMessage response = await client.PostAsync(
            new Uri(path, UriKind.Relative), new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value))));
        response.EnsureSuccessStatusCode();
    }

    public static async Task GetAsync(HttpClient client, string path)
    {
        using HttpResponseMessage response = await client.GetAsync(new Uri(path, UriKind.Relative));
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsByteArrayAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        Sync.Dispose();
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
        folder.Delete(recursive: true);
    }

    private sealed class Counter(ISyncTransport inner) : ISyncTransport
    {
        private int count;

        public int Count => Volatile.Read(ref count);

        public Task<SyncResponse> SendAsync(SyncRequest request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref count);
            return inner.SendAsync(request, cancellationToken);
        }
    }
}
