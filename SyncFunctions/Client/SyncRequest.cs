using System.Net;

namespace SyncFunctions.Client;

/// <summary>A request to Twilio's Sync REST API.</summary>
/// <param name="Method">GET, POST or DELETE: the API has no others.</param>
/// <param name="Path">The path and query, with escaped segments; see <see cref="SyncPath"/>. It begins with <c>/v1</c>, unless it is an emulator's
/// own.</param>
/// <param name="Parameters">The form that a POST sends; empty for the others.</param>
/// <param name="IfMatch">The revision that the resource must have; <see langword="null"/> for any.</param>
/// <param name="IsRetryable">
/// Whether the request may be sent again although it may have been applied. False for requests that add something: a list item, a stream message, a
/// created object.
/// </param>
public sealed record SyncRequest(
    HttpMethod Method,
    string Path,
    IReadOnlyList<KeyValuePair<string, string>> Parameters,
    string? IfMatch,
    bool IsRetryable)
{
    /// <summary>Gets the maximum size of the response in bytes. By default 1 MiB, which is far more than a resource with 16 KiB of data takes.</summary>
    public int MaximumResponseSize { get; init; } = 1024 * 1024;
}

/// <summary>The response to a <see cref="SyncRequest"/>, whatever its status.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="RetryAfter">The <c>Retry-After</c> header as a delay; <see langword="null"/> if there is none.</param>
/// <param name="Body">The body: JSON in UTF-8, empty for 204.</param>
public sealed record SyncResponse(HttpStatusCode Status, TimeSpan? RetryAfter, ReadOnlyMemory<byte> Body)
{
    /// <summary>True for the statuses from 200 to 299.</summary>
    public bool IsSuccess => (int)Status is >= 200 and < 300;
}
