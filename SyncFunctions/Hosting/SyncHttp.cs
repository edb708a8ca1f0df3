using System.Net.Http.Headers;

namespace SyncFunctions.Hosting;

/// <summary>What the two transports share: one connection pool, and how to read an answer's headers.</summary>
internal static class SyncHttp
{
    /// <summary>A handler for one long-lived client.</summary>
    public static SocketsHttpHandler CreateHandler() => new()
    {
        // Credentials go to the configured address and nowhere else.
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        // DNS changes are noticed; and no connection is taken up again that Sync's load balancer has closed in the meantime.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
    };

    /// <summary>The delay that <c>Retry-After</c> asks for; null where it is missing.</summary>
    public static TimeSpan? RetryAfter(HttpResponseHeaders headers, TimeProvider time) => headers.RetryAfter switch
    {
        { Delta: { } delay } => delay,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        { Date: not null } => TimeSpan.Zero,
        _ => null,
    };
}
