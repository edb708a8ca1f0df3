namespace SyncFunctions.Client;

/// <summary>Carries one request to Sync and its answer back. It neither retries nor judges; tests count and fail requests here.</summary>
public interface ISyncTransport
{
    /// <summary>Sends a request once.</summary>
    /// <exception cref="HttpRequestException">No answer came; its <see cref="HttpRequestException.HttpRequestError"/> says how far it got.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the connection that carried the request is closed.</exception>
    Task<SyncResponse> SendAsync(SyncRequest request, CancellationToken cancellationToken);
}
