using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;

namespace SyncFunctions.Client;

/// <summary>
/// Records spans and metrics of calls of Sync under the name <c>SyncFunctions</c>. No tag contains a name, an identity, a SID, a URL, a token or data,
/// and each has few values. Without a listener it costs next to nothing.
/// </summary>
internal static class SyncTelemetry
{
    private const string Name = "SyncFunctions";
    private const string OperationTag = "sync.operation";
    private const string StatusTag = "http.response.status_code";
    private const string ErrorTag = "error.type";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Calls = Meter.CreateCounter<long>("sync.client.calls", "{call}", "Calls of Sync; retries do not count.");

    private static readonly Counter<long> Attempts = Meter.CreateCounter<long>("sync.client.attempts", "{attempt}", "Requests to Sync, with the retries.");

    private static readonly Counter<long> Throttled = Meter.CreateCounter<long>("sync.client.throttled", "{answer}", "Requests that Sync refused with 429.");

    private static readonly Counter<long> Conflicts = Meter.CreateCounter<long>(
        "sync.client.conflicts", "{conflict}", "Changes that were retried because another change was faster (409, 412).");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "sync.client.call.duration", "s", "How long calls of Sync take, with their retries.", tags: null, new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30],
        });

    /// <summary>Gets whether there is a listener.</summary>
    public static bool IsOn => Source.HasListeners() || Duration.Enabled || Calls.Enabled || Attempts.Enabled || Throttled.Enabled;

    /// <summary>Makes a call and records it.</summary>
    /// <param name="send">Makes it.</param>
    public static async Task<SyncResponse> CallAsync(SyncRequest request, TimeProvider time, Func<Task<SyncResponse>> send)
    {
        string operation = SyncOperation.Of(request);
        long started = time.GetTimestamp();
        using Activity? span = Source.StartActivity(operation);
        span?.SetTag(OperationTag, operation);
        try
        {
            SyncResponse response = await send();
            End(span, operation, time.GetElapsedTime(started), (int)response.Status, error: null);
            return response;
        }
        catch (Exception exception)
        {
            int? status = (int?)(exception as SyncApiException)?.Status;
            End(span, operation, time.GetElapsedTime(started), status, ErrorType(status, exception));
            throw;
        }
    }

    /// <summary>Makes one request of a call and records it.</summary>
    /// <param name="send">Makes it.</param>
    public static async Task<SyncResponse> CountAsync(SyncRequest request, Func<Task<SyncResponse>> send)
    {
        KeyValuePair<string, object?> operation = new(OperationTag, SyncOperation.Of(request));
        Attempts.Add(1, operation);
        SyncResponse response = await send();
        if (response.Status == HttpStatusCode.TooManyRequests)
        {
            Throttled.Add(1, operation);
        }

        return response;
    }

    /// <summary>Begins the span of a request; <see langword="null"/> if there is no listener.</summary>
    public static Activity? StartAttempt(SyncRequest request, string url)
    {
        Activity? span = Source.StartActivity(request.Method.Method, ActivityKind.Client);
        if (span is not null)
        {
            Uri address = new(url);
            span.SetTag("http.request.method", request.Method.Method).SetTag("server.address", address.Host).SetTag("server.port", address.Port);
        }

        return span;
    }

    /// <summary>
    /// Adds the trace to a request's headers (W3C Trace Context). Baggage is not sent: it belongs to the caller, and Sync is another party.
    /// </summary>
    public static void Propagate(HttpRequestHeaders headers)
    {
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } span)
        {
            headers.TryAddWithoutValidation("traceparent", id);
            if (span.TraceStateString is { Length: > 0 } state)
            {
                headers.TryAddWithoutValidation("tracestate", state);
            }
        }
    }

    /// <summary>Records the response in a request's span.</summary>
    public static void Answered(Activity? span, int status)
    {
        span?.SetTag(StatusTag, status);
        if (status >= (int)HttpStatusCode.BadRequest)
        {
            span?.SetTag(ErrorTag, $"{status}").SetStatus(ActivityStatusCode.Error);
        }
    }

    /// <summary>Records in a request's span why there was no response.</summary>
    public static void Failed(Activity? span, Exception exception) =>
        span?.SetTag(ErrorTag, ErrorType(null, exception)).SetStatus(ActivityStatusCode.Error);

    /// <summary>Counts a change that is retried because another change was faster.</summary>
    /// <param name="collection">The path of the collection that the resource is in, or was to be in.</param>
    public static void Conflict(string collection)
    {
        if (Conflicts.Enabled)
        {
            Conflicts.Add(1, new KeyValuePair<string, object?>("sync.resource", SyncOperation.Kind(collection)));
        }
    }

    private static void End(Activity? span, string operation, TimeSpan duration, int? status, string? error)
    {
        TagList tags = new() { { OperationTag, operation } };
        if (status is not null)
        {
            tags.Add(StatusTag, status);
        }

        if (error is not null)
        {
            tags.Add(ErrorTag, error);
        }

        Calls.Add(1, tags);
        Duration.Record(duration.TotalSeconds, tags);
        span?.SetTag(StatusTag, status).SetTag(ErrorTag, error);
        // 404 and the like are valid answers. No response, throttling and errors of Sync are failures.
        if (error is not null && status is null or (int)HttpStatusCode.TooManyRequests or >= (int)HttpStatusCode.InternalServerError)
        {
            span?.SetStatus(ActivityStatusCode.Error);
        }
    }

    private static string ErrorType(int? status, Exception exception) => status is { } code ? $"{code}" : exception.GetType().FullName!;
}
