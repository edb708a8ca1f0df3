using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;

using Google.Protobuf;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

using SyncFunctions.Tests.Support.Otlp;

namespace SyncFunctions.Tests.Support;

/// <summary>A span as a collector gets it; ids are in hexadecimal digits.</summary>
/// <param name="Scope">The name of its source.</param>
/// <param name="Parent">Empty for a root.</param>
internal sealed record ReceivedSpan(string Scope, string Name, string Trace, string Id, string Parent);

/// <summary>A collector of telemetry: of OpenTelemetry's protocol over HTTP, and of Application Insights.</summary>
internal sealed class TelemetryReceiver : IAsyncDisposable
{
    public const string Traces = "/v1/traces";
    public const string Metrics = "/v1/metrics";
    public const string Logs = "/v1/logs";
    public const string ApplicationInsights = "/v2.1/track";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly WebApplication server;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> exports;

    private TelemetryReceiver(WebApplication server, ConcurrentQueue<(string Path, byte[] Body)> exports)
    {
        this.server = server;
        this.exports = exports;
        Url = new Uri(server.Urls.First());
    }

    public Uri Url { get; }

    /// <summary>Settings that let an app send all its telemetry here, at once.</summary>
    public IReadOnlyDictionary<string, string> OpenTelemetry => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Url.ToString(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "100",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "300",
    };

    /// <summary>Gets the spans so far.</summary>
    public IReadOnlyList<ReceivedSpan> Spans =>
    [
        .. from export in exports
           where export.Path == Traces
           from resource in TraceExport.Parser.ParseFrom(export.Body).ResourceSpans
           from scope in resource.ScopeSpans
           from span in scope.Spans
           select new ReceivedSpan(scope.Scope.Name, span.Name, Hex(span.TraceId), Hex(span.SpanId), Hex(span.ParentSpanId)),
    ];

    public static async Task<TelemetryReceiver> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        WebApplication server = builder.Build();
        ConcurrentQueue<(string Path, byte[] Body)> exports = new();
        server.Run(async context =>
        {
            using MemoryStream body = new();
            await using Stream content = context.Request.Headers.ContentEncoding == "gzip" ? new GZipStream(context.Request.Body, CompressionMode.Decompress) : context.Request.Body;
            await content.CopyToAsync(body);
            exports.Enqueue((context.Request.Path, body.ToArray()));
            if (context.Request.Path == ApplicationInsights)
            {
                int count = Encoding.UTF8.GetString(body.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
                await FakeSync.AnswerAsync(context, 200, $$"""{"itemsReceived":{{count}},"itemsAccepted":{{count}},"errors":[]}""");
            }
        });
        await server.StartAsync();
        return new TelemetryReceiver(server, exports);
    }

    /// <summary>Gets how much was sent to a path so far.</summary>
    public int Count(string path) => exports.Count(export => export.Path == path);

    /// <summary>Gets all that was sent so far, to whichever path, as text: what is text in it can be found there.</summary>
    public string Text(string? path = null) =>
        string.Join('\n', exports.Where(export => path is null || export.Path == path).Select(export => Encoding.UTF8.GetString(export.Body)));

    /// <summary>Waits until something has arrived.</summary>
    public static async Task WaitAsync(Func<bool> hasArrived)
    {
        using CancellationTokenSource timeout = new(Timeout);
        while (!hasArrived())
        {
            await Task.Delay(50, timeout.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await server.StopAsync();
        await server.DisposeAsync();
    }

    private static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span);
}
