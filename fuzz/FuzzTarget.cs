using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text;

using Microsoft.Extensions.Logging;

using SyncFunctions.Emulator;
using SyncFunctions.Tools;

namespace SyncFunctions.Fuzz;

/// <summary>The app with its embedded emulator, with data that no input may touch, and a log that records every exception.</summary>
internal sealed class FuzzTarget : IAsyncDisposable
{
    private const string Known = "known-";

    private readonly LocalApp app;
    private readonly FaultLog log;

    private FuzzTarget(LocalApp app, FaultLog log)
    {
        this.app = app;
        this.log = log;
    }

    /// <summary>Relative URLs are function names.</summary>
    public HttpClient Api => app.Api;

    /// <summary>The emulator, signed in.</summary>
    public HttpClient Sync => app.Sync;

    public Uri Emulator => app.Emulator;

    public EmulatorOptions Options => app.Options;

    /// <summary>Gets what was logged with an exception or as an error.</summary>
    public IReadOnlyCollection<string> LoggedFaults => log.Faults;

    public static async Task<FuzzTarget> StartAsync()
    {
        FaultLog log = new();
        FuzzTarget target = new(await LocalApp.StartAsync(builder => builder.Logging.AddProvider(log)), log);
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

    public ValueTask DisposeAsync() => app.DisposeAsync();

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
            // At lower levels the framework logs errors of clients.
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
