using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SyncFunctions.Emulator;

/// <summary>
/// Tells of what the emulators of this process do: spans and metrics under the name <c>SyncFunctions.Emulator</c>. No tag has a name, an identity, a
/// SID, a URL or data in it, and the values of each are few. While nobody listens it costs next to nothing.
/// </summary>
internal static class EmulatorTelemetry
{
    private const string Name = "SyncFunctions.Emulator";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> RequestDuration = Seconds("sync.emulator.request.duration", "How long REST requests take.");
    private static readonly Histogram<double> CommitDuration = Seconds("sync.emulator.commit.duration", "How long commits take, with their flush to the disk.");

    private static readonly Histogram<int> CommitSize = Meter.CreateHistogram(
        "sync.emulator.commit.size", "{change}", "How many changes share a commit.", tags: null, new InstrumentAdvice<int>
        {
            HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256],
        });

    private static readonly Counter<long> Events = Meter.CreateCounter<long>(
        "sync.emulator.events.delivered", "{event}", "Events that were sent to realtime clients.");

    private static long connections;
    private static long subscriptions;
    private static long waiting;

    static EmulatorTelemetry()
    {
        Meter.CreateObservableUpDownCounter("sync.emulator.connections", () => Interlocked.Read(ref connections), "{connection}", "Realtime clients.");
        Meter.CreateObservableUpDownCounter("sync.emulator.subscriptions", () => Interlocked.Read(ref subscriptions), "{subscription}", "Their subscriptions.");
        Meter.CreateObservableUpDownCounter("sync.emulator.commit.queue", () => Interlocked.Read(ref waiting), "{change}", "Changes that wait for a commit.");
    }

    /// <summary>Gets whether anybody listens to what requests tell.</summary>
    public static bool IsOn => Source.HasListeners() || RequestDuration.Enabled;

    /// <summary>Begins the span of a request, in the trace of its caller; <see langword="null"/> if nobody listens.</summary>
    /// <param name="parent">The caller's <c>traceparent</c>.</param>
    /// <param name="state">The caller's <c>tracestate</c>.</param>
    public static Activity? StartRequest(string? parent, string? state)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        ActivityContext.TryParse(parent, state, isRemote: true, out ActivityContext context);
        return Source.StartActivity("request", ActivityKind.Server, context);
    }

    /// <summary>Tells of a request that was answered.</summary>
    /// <param name="operation">What it did, such as <c>documents.update</c>.</param>
    public static void Answered(Activity? span, string operation, string method, int status, TimeSpan duration)
    {
        RequestDuration.Record(
            duration.TotalSeconds, new KeyValuePair<string, object?>("sync.operation", operation), new KeyValuePair<string, object?>("http.response.status_code", status));
        if (span is not null)
        {
            span.DisplayName = operation;
            span.SetTag("sync.operation", operation).SetTag("http.request.method", method).SetTag("http.response.status_code", status);
            span.SetStatus(status >= 500 ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
        }
    }

    /// <summary>Tells of a commit.</summary>
    /// <param name="changes">How many changes it has.</param>
    public static void Committed(int changes, TimeSpan duration)
    {
        CommitSize.Record(changes);
        CommitDuration.Record(duration.TotalSeconds);
    }

    /// <summary>Tells of changes that wait for a commit, or do so no longer.</summary>
    public static void Wait(int changes) => Interlocked.Add(ref waiting, changes);

    /// <summary>Tells that events were sent.</summary>
    public static void Delivered(int events) => Events.Add(events);

    /// <summary>Tells of a realtime client that has come (1) or gone (-1).</summary>
    public static void Connect(int change) => Interlocked.Add(ref connections, change);

    /// <summary>Tells of a subscription that was made (1) or has ended (-1).</summary>
    public static void Subscribe(int change) => Interlocked.Add(ref subscriptions, change);

    private static Histogram<double> Seconds(string name, string description) => Meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double>
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    });
}
