using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;

using Twilio.Http;

using HttpClient = System.Net.Http.HttpClient;

namespace SyncFunctions.Client;

/// <summary>
/// Sends requests through the HTTP layer of Twilio's own package. <c>TwilioRestClient</c>, the layer above it, would lose the headers of errors
/// (<c>Retry-After</c>).
/// </summary>
/// <remarks>
/// Twilio's layer takes no <see cref="CancellationToken"/>, reads responses of any length, and keeps its last request (with its credentials) and
/// response. So each request gets a new instance, over a handler that knows the token and the limit. All share one connection pool.
/// </remarks>
internal sealed class TwilioTransport(SyncConnection connection, TimeProvider time) : ISyncTransport, IDisposable
{
    private static readonly TimeSpan MaximumRetryAfter = TimeSpan.FromHours(1);
    private static readonly string[] UserAgent = ["SyncFunctions"];

    private readonly HttpMessageInvoker sockets = new(new SocketsHttpHandler
    {
        // Credentials are sent to the configured address alone.
        AllowAutoRedirect = false,
        UseCookies = false,
        Proxy = new LoopbackBypass(HttpClient.DefaultProxy),
        ConnectTimeout = TimeSpan.FromSeconds(5),
        // Picks up DNS changes, and does not reuse a connection that Sync's load balancer has closed in the meantime.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        // Its spans would contain the URL, and so names of objects. The attempt has its own span instead.
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
            // No timeout here: the token is cancelled when the attempt's time runs out.
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

    // The delay in Retry-After; null if there is none. It is capped, because a delay of a year cannot be meant.
    private TimeSpan? RetryAfter(HttpResponseHeaders headers) => headers.RetryAfter switch
    {
        { Delta: { } delay } => delay < MaximumRetryAfter ? delay : MaximumRetryAfter,
        { Date: { } date } when date - time.GetUtcNow() > MaximumRetryAfter => MaximumRetryAfter,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        { Date: not null } => TimeSpan.Zero,
        _ => null,
    };

    /// <summary>
    /// Sends one request with its cancellation token, and reads its response up to a size. It keeps the body for itself: Twilio's layer would decode
    /// it into a string, which would then be encoded again.
    /// </summary>
    private sealed class AnswerHandler(HttpMessageInvoker sockets, int maximumSize, CancellationToken cancellationToken) : HttpMessageHandler
    {
        /// <summary>Gets the response's body without a byte order mark, once it has been received.</summary>
        public ReadOnlyMemory<byte> Body { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken _)
        {
            // The socket layer does not resend a request with a body, even an empty one, when a connection drops. Twilio's layer adds a body to all but a
            // GET.
            request.Content ??= new ByteArrayContent([]);
            SyncTelemetry.Propagate(request.Headers);
            HttpResponseMessage response = await sockets.SendAsync(request, cancellationToken);
            try
            {
                await response.Content.LoadIntoBufferAsync(maximumSize, cancellationToken);
                Body = JsonText.WithoutMark(await response.Content.ReadAsByteArrayAsync(cancellationToken));
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

    /// <summary>Bypasses the proxy for an emulator on this machine.</summary>
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
