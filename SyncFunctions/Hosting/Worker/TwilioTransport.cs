using System.Net;
using System.Text;

using SyncFunctions.Sync;

using Twilio.Http;

namespace SyncFunctions.Hosting.Worker;

/// <summary>
/// Carries requests by the HTTP layer of Twilio's own package. <c>TwilioRestClient</c>, which stands above it, would lose the headers of errors
/// (<c>Retry-After</c>).
/// </summary>
internal sealed class TwilioTransport : ISyncTransport, IDisposable
{
    private readonly System.Net.Http.HttpClient inner;
    private readonly SystemNetHttpClient client;
    private readonly SyncConnection connection;
    private readonly TimeProvider time;

    public TwilioTransport(SyncConnection connection, SyncClientOptions options, TimeProvider time)
    {
        this.connection = connection;
        this.time = time;
        // Twilio's layer takes no CancellationToken: a request that nobody waits for any more ends by this.
        inner = new System.Net.Http.HttpClient(SyncHttp.CreateHandler()) { Timeout = options.AttemptTimeout };
        client = new SystemNetHttpClient(inner);
    }

    public async Task<SyncResponse> SendAsync(SyncRequest request, CancellationToken cancellationToken)
    {
        Uri url = await connection.UrlAsync(request, cancellationToken);
        Request message = new(new Twilio.Http.HttpMethod(request.Method.Method), url.AbsoluteUri) { UserAgentExtensions = ["SyncFunctions"] };
        message.SetAuth(connection.Username, connection.Password);
        foreach ((string name, string value) in request.Parameters)
        {
            message.AddPostParam(name, value);
        }

        if (request.IfMatch is { } revision)
        {
            message.AddHeaderParam("If-Match", revision);
        }

        Response response = await client.MakeRequestAsync(message).WaitAsync(cancellationToken);
        return new SyncResponse(
            (HttpStatusCode)(int)response.StatusCode,
            response.Headers is { } headers ? SyncHttp.RetryAfter(headers, time) : null,
            Encoding.UTF8.GetBytes(response.Content ?? ""));
    }

    public void Dispose() => inner.Dispose();
}
