using System.Net;

using Microsoft.Extensions.Logging;

using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace SyncFunctions.Client;

/// <summary>
/// Retries requests. Throttled requests (429) are always retried. After an error of Sync (5xx, 408, 425), a failed connection or a timeout, a request is
/// retried only if it may be applied twice, or if it never left this machine. Throttled writes to one object wait for each other.
/// </summary>
internal sealed partial class SyncRetry
{
    private readonly ResiliencePipeline<SyncResponse> pipeline;
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
        pipeline = new ResiliencePipelineBuilder<SyncResponse> { TimeProvider = time }
            .AddTimeout(options.TotalTimeout)
            .AddStrategy(_ => new ThrottledWritesStrategy(queue))
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

    /// <summary>Sends a request, with its retries.</summary>
    /// <returns>The last response, and whether an earlier attempt may have been applied although its response was lost.</returns>
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
            Outcome<SyncResponse> outcome = await pipeline.ExecuteOutcomeAsync(static (context, call) => call.SendAsync(context.CancellationToken), context, call);
            outcome.ThrowIfException();
            return (outcome.Result!, call.MayHaveArrived);
        }
        catch (TimeoutRejectedException) when (call.Refusal is not null)
        {
            // The time ran out while it waited for its turn. The 429 was Sync's only response, and nothing was written.
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
        // A response beyond its limit would be no smaller the next time.
        bool hasFailed = outcome.Result is { Status: >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout or TooEarly }
            || outcome.Exception is HttpRequestException { HttpRequestError: not HttpRequestError.ConfigurationLimitExceeded } or TimeoutRejectedException;
        if (!isRefused && !(hasFailed && call.Request.IsRetryable))
        {
            return false;
        }

        call.MayHaveArrived |= !isRefused;
        call.IsQueued = isThrottled && call.IsWrite;
        // Never without jitter: requests that were throttled together must not be retried together.
        call.Delay = (outcome.Result?.RetryAfter ?? TimeSpan.Zero) + Jitter(attempt);
        // A delay beyond the total timeout would turn a clear response into a timeout.
        return time.GetElapsedTime(call.Started) + call.Delay < options.TotalTimeout;
    }

    // HTTP 425, https://www.rfc-editor.org/rfc/rfc8470#section-5.2
    private const HttpStatusCode TooEarly = (HttpStatusCode)425;

    // "Full jitter": requests that failed together are retried at different times.
    private TimeSpan Jitter(int attempt) => options.BaseDelay * Math.Pow(2, attempt) * Random.Shared.NextDouble();

    private static bool IsBeforeArrival(Exception? exception) => exception is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError,
    };

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

    /// <summary>A request with its retries.</summary>
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

        /// <summary>Gets or sets Sync's 429 while it waits; <see langword="null"/> while it does not wait.</summary>
        public SyncResponse? Refusal { get; set; }

        /// <summary>Gets the queue that it is in.</summary>
        public WriteQueue.Line? Line { get; private set; }

        public async ValueTask<Outcome<SyncResponse>> SendAsync(CancellationToken cancellationToken)
        {
            Refusal = null;
            try
            {
                return Outcome.FromResult(SyncTelemetry.IsOn
                    ? await SyncTelemetry.CountAsync(request, () => transport.SendAsync(request, cancellationToken))
                    : await transport.SendAsync(request, cancellationToken));
            }
            // Polly takes exceptions as outcomes.
#pragma warning disable CA1031
            catch (Exception exception)
#pragma warning restore CA1031
            {
                return Outcome.FromException<SyncResponse>(exception);
            }
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

    /// <summary>Lets a write wait behind throttled writes to the same object.</summary>
    private sealed class ThrottledWritesStrategy(WriteQueue queue) : ResilienceStrategy<SyncResponse>
    {
        protected override ValueTask<Outcome<SyncResponse>> ExecuteCore<TState>(
            Func<ResilienceContext, TState, ValueTask<Outcome<SyncResponse>>> callback, ResilienceContext context, TState state)
        {
            Call call = State(context);
            return call.IsWrite && queue.JoinIfThrottled(WriteQueue.Target(call.Request)) is { } line
                ? WaitAsync(line, call, callback, context, state)
                : callback(context, state);
        }

        private static async ValueTask<Outcome<SyncResponse>> WaitAsync<TState>(
            WriteQueue.Line line, Call call, Func<ResilienceContext, TState, ValueTask<Outcome<SyncResponse>>> callback, ResilienceContext context, TState state)
        {
            await call.WaitInAsync(line, context.CancellationToken);
            return await callback(context, state);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1301, LogLevel.Warning, "Sync {Method}: {Reason}; retry {Attempt} in {Milliseconds:0} ms")]
        public static partial void Retrying(ILogger logger, HttpMethod method, string reason, int attempt, double milliseconds);
    }
}
