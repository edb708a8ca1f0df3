using System.Net.Http.Headers;
using System.Text;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using SyncFunctions.Configuration;
using SyncFunctions.Emulator;
using SyncFunctions.Hosting;
using SyncFunctions.Hosting.Local;

namespace SyncFunctions.Tools;

/// <summary>
/// The app with its embedded emulator, on free ports and with a new data file in a temporary folder. Benchmarks and fuzz campaigns use it.
/// </summary>
internal sealed class LocalApp : IAsyncDisposable
{
    private readonly IHost host;
    private readonly DirectoryInfo folder;

    private LocalApp(IHost host, DirectoryInfo folder)
    {
        this.host = host;
        this.folder = folder;
        Emulator = host.Services.GetService<EmbeddedEmulator>()?.Server?.Url ?? host.Services.GetRequiredService<SyncSettings>().BaseUrl;
        Options = host.Services.GetService<EmulatorOptions>() ?? new EmulatorOptions();
        Api = new HttpClient { BaseAddress = new Uri(new Uri(((WebApplication)host).Urls.First()), "/api/") };
        Sync = new HttpClient { BaseAddress = new Uri(Emulator, "/v1/Services/default/") };
        Sync.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Options.AccountSid}:{Options.AuthToken}")));
    }

    /// <summary>Relative URLs are function names.</summary>
    public HttpClient Api { get; }

    /// <summary>The emulator, signed in; relative URLs begin at the default service.</summary>
    public HttpClient Sync { get; }

    public Uri Emulator { get; }

    public EmulatorOptions Options { get; }

    public IServiceProvider Services => host.Services;

    /// <param name="configure">Changes the app's services. By default it does not log.</param>
    /// <param name="settings">Further settings. With credentials the app has no emulator.</param>
    public static async Task<LocalApp> StartAsync(Action<IHostApplicationBuilder> configure, IReadOnlyDictionary<string, string?>? settings = null)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("syncfunctions-");
        LocalHost app = new([]);
        IHostApplicationBuilder builder = app.Builder;
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(
        [
            KeyValuePair.Create("Emulator:Port", (string?)"0"),
            KeyValuePair.Create("Emulator:DataFile", (string?)Path.Combine(folder.FullName, "sync.db")),
            KeyValuePair.Create("Snapshots:Folder", (string?)Path.Combine(folder.FullName, "snapshots")),
            .. settings ?? new Dictionary<string, string?>(),
        ]);
        app.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.AddSync();
        builder.AddFunctions();
        configure(builder);
        IHost host = app.Build();
        await host.StartAsync();
        return new LocalApp(host, folder);
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        Sync.Dispose();
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
        folder.Delete(recursive: true);
    }
}
