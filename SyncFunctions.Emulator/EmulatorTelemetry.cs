using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SyncFunctions.Emulator;

/// <summary>
/// Records spans and metrics of the emulators in this process under the name <c>SyncFunctions.Emulator</c>. No tag contains a name, an identity, a SID, a
/// URL or data, and each has few values. Without a listener it costs next to nothing.
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
        Meter.CreateObservableUpDownCounter("sync.emulator.connections", () => Interlocked.Read(ref connections), "{connection}", "Connected realtime clients.");
        Meter.CreateObservableUpDownCounter("sync.emulator.subscriptions", () => Interlocked.Read(ref subscriptions), "{subscription}", "Subscriptions of connected realtime clients.");
        Meter.CreateObservableUpDownCounter("sync.emulator.commit.queue", () => Interlocked.Read(ref waiting), "{change}", "Changes that wait for a commit.");
    }

    /// <summary>Gets whether there is a listener for requests.</summary>
    public static bool IsOn => Source.HasListeners() || RequestDuration.Enabled;

    /// <summary>Begins the span of a request, in the trace of its caller; <see langword="null"/> if there is no listener.</summary>
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

    /// <summary>Records a request that was handled.</summary>
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

    /// <summary>Records a commit.</summary>
    /// <param name="changes">How many changes it has.</param>
    public static void Committed(int changes, TimeSpan duration)
    {
        CommitSize.Record(changes);
        CommitDuration.Record(duration.TotalSeconds);
    }

    /// <summary>Counts changes that begin to wait for a commit, or that no longer wait (negative).</summary>
    public static void Wait(int changes) => Interlocked.Add(ref waiting, changes);

    /// <summary>Counts events that were sent.</summary>
    public static void Delivered(int events) => Events.Add(events);

    /// <summary>Counts a realtime client that has connected (1) or disconnected (-1).</summary>
    public static void Connect(int change) => Interlocked.Add(ref connections, change);

    /// <summary>Counts a subscription that has begun (1) or ended (-1).</summary>
    public static void Subscribe(int change) => Interlocked.Add(ref subscriptions, change);

    private static Histogram<double> Seconds(string name, string description) => Meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double>
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    });
}
