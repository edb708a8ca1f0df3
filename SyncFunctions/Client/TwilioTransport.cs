using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;

using Twilio.Http;

using HttpClient = System.Net.Http.HttpClient;

namespace SyncFunctions.Client;

/// <summary>
/// Carries requests by the HTTP layer of Twilio's own package. <c>TwilioRestClient</c>, which stands above it, would lose the headers of errors
/// (<c>Retry-After</c>).
/// </summary>
/// <remarks>
/// Twilio's layer takes no <see cref="CancellationToken"/>, reads answers of any length, and keeps its last request (with its credentials) and
/// answer. So each request gets a layer of its own, over a handler of ours that knows the token and the limit. All share one connection pool.
/// </remarks>
internal sealed class TwilioTransport(SyncConnection connection, TimeProvider time) : ISyncTransport, IDisposable
{
    private static readonly TimeSpan MaximumRetryAfter = TimeSpan.FromHours(1);
    private static readonly string[] UserAgent = ["SyncFunctions"];

    private readonly HttpMessageInvoker sockets = new(new SocketsHttpHandler
    {
        // Credentials go to the configured address and nowhere else.
        AllowAutoRedirect = false,
        UseCookies = false,
        Proxy = new LoopbackBypass(HttpClient.DefaultProxy),
        ConnectTimeout = TimeSpan.FromSeconds(5),
        // DNS changes are noticed; and no connection is taken up again that Sync's load balancer has closed in the meantime.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        // Its spans would have the URL, with the names in it. The attempt's own span takes their place.
        ActivityHeadersPropagator = null,
    });

    /// <inheritdoc/>
    public async Task<SyncResponse> SendAsync(SyncRequest request, CancellationToken cancellationToken)
    {
        string url = await connection.UrlAsync(request, cancellationToken);
        Request message = new(request.Method.Method, url) { UserAgentExtensions = UserAgent };
        message.SetAuth(connection.Username, connection.Password);
        message.PostParams.AddRange(request.Parameters);
        if (request.IfMatch is { } revision)
        {
            // Bare, as Twilio's SDKs send it.
            message.AddHeaderParam("If-Match", revision);
        }

        using Activity? span = SyncTelemetry.StartAttempt(request, url);
        try
        {
            // No timeout of its own: the token carries the attempt's.
            using AnswerHandler handler = new(sockets, request.MaximumResponseSize, cancellationToken);
            using HttpClient inner = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
            Response response = await new SystemNetHttpClient(inner).MakeRequestAsync(message);
            SyncTelemetry.Answered(span, (int)response.StatusCode);
            return new SyncResponse(response.StatusCode, RetryAfter(response.Headers), handler.Body);
        }
        catch (Exception exception)
        {
            SyncTelemetry.Failed(span, exception);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => sockets.Dispose();

    // The delay that Retry-After asks for; null if it asks for none. What asks for a year was not meant.
    private TimeSpan? RetryAfter(HttpResponseHeaders headers) => headers.RetryAfter switch
    {
        { Delta: { } delay } => delay < MaximumRetryAfter ? delay : MaximumRetryAfter,
        { Date: { } date } when date - time.GetUtcNow() > MaximumRetryAfter => MaximumRetryAfter,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        { Date: not null } => TimeSpan.Zero,
        _ => null,
    };

    /// <summary>
    /// Sends one request, until it is cancelled, and keeps its answer's body in up to a size. Twilio's layer gets none: it would decode it into a string.
    /// </summary>
    private sealed class AnswerHandler(HttpMessageInvoker sockets, int maximumSize, CancellationToken cancellationToken) : HttpMessageHandler
    {
        /// <summary>Gets the body of the answer, once it is there.</summary>
        public ReadOnlyMemory<byte> Body { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken _)
        {
            // A request with a body, if only an empty one, is never sent again by the socket layer when a connection drops. Twilio's layer gives
            // one to all but a GET.
            request.Content ??= new ByteArrayContent([]);
            SyncTelemetry.Propagate(request.Headers);
            HttpResponseMessage response = await sockets.SendAsync(request, cancellationToken);
            try
            {
                await response.Content.LoadIntoBufferAsync(maximumSize, cancellationToken);
                Body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
                response.Content = null;
                return response;
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
    }

    /// <summary>Lets no proxy come between the app and an emulator on this machine.</summary>
    private sealed class LoopbackBypass(IWebProxy configured) : IWebProxy
    {
        public ICredentials? Credentials
        {
            get => configured.Credentials;
            set => configured.Credentials = value;
        }

        public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : configured.GetProxy(destination);

        public bool IsBypassed(Uri host) => host.IsLoopback || configured.IsBypassed(host);
    }
}
