using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using SyncFunctions.Emulator;
using SyncFunctions.Hosting;
using SyncFunctions.Hosting.Local;

namespace SyncFunctions.Fuzz;

/// <summary>The app over its embedded emulator, with data that no input may touch, and a log that tells of every exception.</summary>
internal sealed class FuzzTarget : IAsyncDisposable
{
    private const string Known = "known-";

    private readonly IHost host;
    private readonly DirectoryInfo folder;
    private readonly FaultLog log;

    private FuzzTarget(IHost host, DirectoryInfo folder, FaultLog log)
    {
        this.host = host;
        this.folder = folder;
        this.log = log;
        Emulator = host.Services.GetRequiredService<EmbeddedEmulator>().Server!.Url;
        Options = host.Services.GetRequiredService<EmulatorOptions>();
        Api = new HttpClient { BaseAddress = new Uri(new Uri(((WebApplication)host).Urls.First()), "/api/") };
        Sync = new HttpClient { BaseAddress = Emulator };
        Sync.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Options.AccountSid}:{Options.AuthToken}")));
    }

    /// <summary>Relative URLs are function names.</summary>
    public HttpClient Api { get; }

    /// <summary>The emulator, signed in.</summary>
    public HttpClient Sync { get; }

    public Uri Emulator { get; }

    public EmulatorOptions Options { get; }

    /// <summary>Gets what was logged with an exception or as an error.</summary>
    public IReadOnlyCollection<string> LoggedFaults => log.Faults;

    public static async Task<FuzzTarget> StartAsync()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("syncfunctions-fuzz-");
        FaultLog log = new();
        LocalHost app = new([]);
        IHostApplicationBuilder builder = app.Builder;
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(
        [
            KeyValuePair.Create("Emulator:Port", (string?)"0"),
            KeyValuePair.Create("Emulator:DataFile", (string?)Path.Combine(folder.FullName, "sync.db")),
        ]);
        app.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(log);
        builder.AddSync();
        builder.AddFunctions();
        IHost host = app.Build();
        await host.StartAsync();
        FuzzTarget target = new(host, folder, log);
        await target.WriteKnownDataAsync();
        return target;
    }

    /// <summary>Reads the data that no input may touch.</summary>
    public async Task<string> ReadKnownDataAsync()
    {
        StringBuilder text = new();
        foreach (string query in (string[])
            [$"getDocument?docName={Known}document", $"getListItems?listName={Known}list", $"getMapItems?mapName={Known}map"])
        {
            using HttpResponseMessage answer = await Api.GetAsync(new Uri(query, UriKind.Relative));
            text.AppendLine(await answer.Content.ReadAsStringAsync());
        }

        return text.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        Sync.Dispose();
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
        folder.Delete(recursive: true);
    }

    private async Task WriteKnownDataAsync()
    {
        await CallAsync("createDocument", new { docName = $"{Known}document", data = new { n = 1 } });
        await CallAsync("createList", new { listName = $"{Known}list" });
        await CallAsync("createMap", new { mapName = $"{Known}map" });
        for (int i = 0; i < 3; i++)
        {
            await CallAsync("addListItem", new { listName = $"{Known}list", data = new { i } });
            await CallAsync("setMapItem", new { mapName = $"{Known}map", key = $"k{i}", data = new { i } });
        }
    }

    private async Task CallAsync(string function, object parameters)
    {
        using HttpResponseMessage answer = await Api.PostAsJsonAsync(new Uri(function, UriKind.Relative), parameters);
        answer.EnsureSuccessStatusCode();
    }

    private sealed class FaultLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> faults = new();

        public IReadOnlyCollection<string> Faults => faults;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // The framework tells at lower levels of what a client did wrong.
            if (logLevel >= LogLevel.Error || (exception is not null && logLevel >= LogLevel.Warning))
            {
                faults.Enqueue($"logged: {formatter(state, exception)} {exception}");
            }
        }

        public void Dispose()
        {
        }
    }
}
