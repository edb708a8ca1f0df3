namespace SyncFunctions.Sync;

/// <summary>
/// Carries one request to Sync and its answer back: the one thing that differs between the isolated worker (Twilio's own HTTP layer) and the
/// standalone app (<see cref="HttpClient"/>). It neither retries nor judges.
/// </summary>
public interface ISyncTransport
{
    /// <summary>Sends a request once.</summary>
    /// <exception cref="HttpRequestException">No answer came; its <see cref="HttpRequestException.HttpRequestError"/> says how far it got.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the transport's own time ran out.</exception>
    Task<SyncResponse> SendAsync(SyncRequest request, CancellationToken cancellationToken);
}
