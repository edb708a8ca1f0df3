using System.Net.Http.Headers;
using System.Text;

using SyncFunctions.Sync;

namespace SyncFunctions.Hosting.Standalone;

/// <summary>Carries requests by <see cref="HttpClient"/>.</summary>
internal sealed class HttpClientTransport(IHttpClientFactory clients, SyncConnection connection, TimeProvider time) : ISyncTransport
{
    /// <summary>The client's name at the factory.</summary>
    public const string ClientName = "Sync";

    public async Task<SyncResponse> SendAsync(SyncRequest request, CancellationToken cancellationToken)
    {
        using HttpRequestMessage message = new(request.Method, await connection.UrlAsync(request, cancellationToken));
        message.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{connection.Username}:{connection.Password}")));
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (request.IfMatch is { } revision)
        {
            // Bare, as Twilio's SDKs send it; the typed header would insist on quotes.
            message.Headers.TryAddWithoutValidation("If-Match", revision);
        }

        if (request.Method == HttpMethod.Post)
        {
            message.Content = new FormUrlEncodedContent(request.Parameters);
        }

        using HttpResponseMessage response = await clients.CreateClient(ClientName).SendAsync(message, cancellationToken);
        return new SyncResponse(
            response.StatusCode,
            SyncHttp.RetryAfter(response.Headers, time),
            await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }
}
