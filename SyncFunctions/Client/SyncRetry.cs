using System.Net;

using Microsoft.Extensions.Logging;

using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace SyncFunctions.Client;

/// <summary>
/// Retries what may be retried: throttled requests (429) always; failures of Sync (5xx), of the connection, and attempts without an answer only if
/// the request does no harm when it is carried out twice, or never left this machine.
/// </summary>
internal sealed partial class SyncRetry
{
    private readonly ResiliencePipeline<SyncResponse> pipeline;
    private readonly SyncClientOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;

    public SyncRetry(SyncClientOptions options, TimeProvider time, ILogger logger)
    {
        this.options = options;
        this.time = time;
        this.logger = logger;
        pipeline = new ResiliencePipelineBuilder<SyncResponse> { TimeProvider = time }
            .AddTimeout(options.TotalTimeout)
            .AddRetry(new RetryStrategyOptions<SyncResponse>
            {
                MaxRetryAttempts = options.MaximumRetries,
                ShouldHandle = arguments => ValueTask.FromResult(Decide(arguments.Context, arguments.Outcome, arguments.AttemptNumber)),
                DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(State(arguments.Context).NextDelay),
                OnRetry = Report,
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
        Attempts attempts = new(request, time.GetTimestamp());
        context.Properties.Set(Attempts.Key, attempts);
        try
        {
            SyncResponse response = await pipeline.ExecuteAsync(
                static async (context, state) => await state.transport.SendAsync(state.request, context.CancellationToken),
                context,
                (transport, request));
            return (response, attempts.MayHaveArrived);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static Attempts State(ResilienceContext context) => context.Properties.GetValue(Attempts.Key, null!);

    private bool Decide(ResilienceContext context, Outcome<SyncResponse> outcome, int attempt)
    {
        Attempts attempts = State(context);
        bool refused = outcome.Result is { Status: HttpStatusCode.TooManyRequests } || IsBeforeArrival(outcome.Exception);
        // An answer beyond its limit will be no smaller the next time.
        bool failed = outcome.Result is { Status: >= HttpStatusCode.InternalServerError }
            || outcome.Exception is HttpRequestException { HttpRequestError: not HttpRequestError.ConfigurationLimitExceeded } or TimeoutRejectedException;
        if (!refused && !(failed && attempts.Request.IsRetryable))
        {
            return false;
        }

        attempts.MayHaveArrived |= !refused;
        attempts.NextDelay = outcome.Result?.RetryAfter ?? Jitter(attempt);
        // Waiting longer than there is time for would turn a clear answer into a timeout.
        return time.GetElapsedTime(attempts.Started) + attempts.NextDelay < options.TotalTimeout;
    }

    // "Full jitter": callers that failed together come back apart.
    private TimeSpan Jitter(int attempt) => options.BaseDelay * Math.Pow(2, attempt) * Random.Shared.NextDouble();

    private static bool IsBeforeArrival(Exception? exception) => exception is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError,
    };

    private ValueTask Report(OnRetryArguments<SyncResponse> arguments)
    {
        string reason = arguments.Outcome.Result is { } response ? $"{(int)response.Status}" : arguments.Outcome.Exception!.GetType().Name;
        Log.Retrying(logger, State(arguments.Context).Request.Method, reason, arguments.AttemptNumber + 1, arguments.RetryDelay.TotalMilliseconds);
        return ValueTask.CompletedTask;
    }

    private sealed class Attempts(SyncRequest request, long started)
    {
        public static readonly ResiliencePropertyKey<Attempts> Key = new(nameof(Attempts));

        public SyncRequest Request { get; } = request;

        public long Started { get; } = started;

        public bool MayHaveArrived { get; set; }

        public TimeSpan NextDelay { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(1301, LogLevel.Warning, "Sync {Method}: {Reason}; retry {Attempt} in {Milliseconds:0} ms")]
        public static partial void Retrying(ILogger logger, HttpMethod method, string reason, int attempt, double milliseconds);
    }
}
