namespace SyncFunctions.Client;

/// <summary>
/// Sends one request to Sync and returns its response, whatever the status. It does not retry. Tests replace it to count requests and to make them fail.
/// </summary>
public interface ISyncTransport
{
    /// <summary>Sends a request once.</summary>
    /// <exception cref="HttpRequestException">There was no response; <see cref="HttpRequestException.HttpRequestError"/> says at which step the request
    /// failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the connection that carried the request is closed.</exception>
    Task<SyncResponse> SendAsync(SyncRequest request, CancellationToken cancellationToken);
}
