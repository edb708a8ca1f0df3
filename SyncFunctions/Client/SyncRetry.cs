using System.Net;

using Microsoft.Extensions.Logging;

using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace SyncFunctions.Client;

/// <summary>
/// Retries what may be retried: throttled requests (429) always; failures of Sync (5xx, 408, 425), of the connection, and attempts without an answer
/// only if the request does no harm when it is carried out twice, or never left this machine. Throttled writes to one object wait for one another.
/// </summary>
internal sealed partial class SyncRetry
{
    private readonly ResiliencePipeline<SyncResponse> whole;
    private readonly ResiliencePipeline<SyncResponse> attempts;
    private readonly SyncClientOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly WriteQueue queue;

    public SyncRetry(SyncClientOptions options, TimeProvider time, ILogger logger)
    {
        this.options = options;
        this.time = time;
        this.logger = logger;
        queue = new WriteQueue(time);
        whole = new ResiliencePipelineBuilder<SyncResponse> { TimeProvider = time }.AddTimeout(options.TotalTimeout).Build();
        attempts = new ResiliencePipelineBuilder<SyncResponse> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<SyncResponse>
            {
                MaxRetryAttempts = options.MaximumRetries,
                ShouldHandle = arguments => ValueTask.FromResult(Decide(arguments.Context, arguments.Outcome, arguments.AttemptNumber)),
                DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(State(arguments.Context).IsQueued ? TimeSpan.Zero : State(arguments.Context).Delay),
                OnRetry = arguments =>
                {
                    Report(arguments);
                    return QueueIfThrottledAsync(State(arguments.Context), arguments.Outcome.Result, arguments.Context.CancellationToken);
                },
            })
            .AddTimeout(options.AttemptTimeout)
            .Build();
    }

    /// <summary>Sends a request until it is answered for good.</summary>
    /// <returns>The last answer, and whether an earlier attempt may have been applied although its response was lost.</returns>
    /// <exception cref="TimeoutRejectedException">The time ran out.</exception>
    /// <exception cref="HttpRequestException">The connection failed.</exception>
    public async Task<(SyncResponse Response, bool IsRetried)> SendAsync(
        ISyncTransport transport, SyncRequest request, CancellationToken cancellationToken)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        Call call = new(transport, request, time.GetTimestamp());
        context.Properties.Set(Call.Key, call);
        try
        {
            SyncResponse response = await whole.ExecuteAsync(
                static async (context, retry) =>
                {
                    await retry.WaitBehindThrottledAsync(State(context), context.CancellationToken);
                    return await retry.attempts.ExecuteAsync(static async context => await State(context).SendAsync(context.CancellationToken), context);
                },
                context,
                this);
            return (response, call.MayHaveArrived);
        }
        catch (TimeoutRejectedException) when (call.Refusal is not null)
        {
            // It waited for its turn to the end: Sync has answered nothing else, and the write was not made.
            return (call.Refusal, call.MayHaveArrived);
        }
        finally
        {
            call.LeaveQueue();
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static Call State(ResilienceContext context) => context.Properties.GetValue(Call.Key, null!);

    private bool Decide(ResilienceContext context, Outcome<SyncResponse> outcome, int attempt)
    {
        Call call = State(context);
        bool isThrottled = outcome.Result is { Status: HttpStatusCode.TooManyRequests };
        bool isRefused = isThrottled || IsBeforeArrival(outcome.Exception);
        // An answer beyond its limit will be no smaller the next time.
        bool hasFailed = outcome.Result is { Status: >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout or TooEarly }
            || outcome.Exception is HttpRequestException { HttpRequestError: not HttpRequestError.ConfigurationLimitExceeded } or TimeoutRejectedException;
        if (!isRefused && !(hasFailed && call.Request.IsRetryable))
        {
            return false;
        }

        call.MayHaveArrived |= !isRefused;
        call.IsQueued = isThrottled && call.IsWrite;
        // Never without jitter: callers that were refused together must not come back together.
        call.Delay = (outcome.Result?.RetryAfter ?? TimeSpan.Zero) + Jitter(attempt);
        // Waiting longer than there is time for would turn a clear answer into a timeout.
        return time.GetElapsedTime(call.Started) + call.Delay < options.TotalTimeout;
    }

    // HTTP 425, https://www.rfc-editor.org/rfc/rfc8470#section-5.2
    private const HttpStatusCode TooEarly = (HttpStatusCode)425;

    // "Full jitter": callers that failed together come back apart.
    private TimeSpan Jitter(int attempt) => options.BaseDelay * Math.Pow(2, attempt) * Random.Shared.NextDouble();

    private static bool IsBeforeArrival(Exception? exception) => exception is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError,
    };

    private async ValueTask WaitBehindThrottledAsync(Call call, CancellationToken cancellationToken)
    {
        if (call.IsWrite && queue.JoinIfThrottled(WriteQueue.Target(call.Request)) is { } line)
        {
            await call.WaitInAsync(line, cancellationToken);
        }
    }

    private async ValueTask QueueIfThrottledAsync(Call call, SyncResponse? response, CancellationToken cancellationToken)
    {
        if (!call.IsQueued)
        {
            return;
        }

        if (call.Line is { } own)
        {
            call.Refusal = response;
            own.Delay(call.Delay);
            await own.WaitForSyncAsync(cancellationToken);
        }
        else
        {
            await call.WaitInAsync(queue.Join(WriteQueue.Target(call.Request), response!, call.Delay), cancellationToken);
        }
    }

    private void Report(OnRetryArguments<SyncResponse> arguments)
    {
        string reason = arguments.Outcome.Result is { } response ? $"{(int)response.Status}" : arguments.Outcome.Exception!.GetType().Name;
        Call call = State(arguments.Context);
        Log.Retrying(logger, call.Request.Method, reason, arguments.AttemptNumber + 1, call.Delay.TotalMilliseconds);
    }

    /// <summary>A request on its way to its last answer.</summary>
    private sealed class Call(ISyncTransport transport, SyncRequest request, long started)
    {
        public static readonly ResiliencePropertyKey<Call> Key = new(nameof(Call));

        private bool hasTurn;

        public SyncRequest Request => request;

        public long Started => started;

        public bool IsWrite => request.Method != HttpMethod.Get;

        public bool MayHaveArrived { get; set; }

        /// <summary>Gets or sets how long to wait before the next attempt.</summary>
        public TimeSpan Delay { get; set; }

        /// <summary>Gets or sets whether it waits in the queue of throttled writes before the next attempt.</summary>
        public bool IsQueued { get; set; }

        /// <summary>Gets or sets Sync's 429, while it waits; <see langword="null"/> while it does not.</summary>
        public SyncResponse? Refusal { get; set; }

        /// <summary>Gets the queue that it is in.</summary>
        public WriteQueue.Line? Line { get; private set; }

        public Task<SyncResponse> SendAsync(CancellationToken cancellationToken)
        {
            Refusal = null;
            return SyncTelemetry.IsOn
                ? SyncTelemetry.CountAsync(request, () => transport.SendAsync(request, cancellationToken))
                : transport.SendAsync(request, cancellationToken);
        }

        public async Task WaitInAsync(WriteQueue.Line line, CancellationToken cancellationToken)
        {
            Line = line;
            Refusal = line.Refusal;
            await line.WaitAsync(cancellationToken);
            hasTurn = true;
        }

        public void LeaveQueue() => Line?.Leave(hasTurn);
    }

    private static partial class Log
    {
        [LoggerMessage(1301, LogLevel.Warning, "Sync {Method}: {Reason}; retry {Attempt} in {Milliseconds:0} ms")]
        public static partial void Retrying(ILogger logger, HttpMethod method, string reason, int attempt, double milliseconds);
    }
}
