namespace SyncFunctions.Client;

/// <summary>Reads what an emulator shows of itself: its last requests, events and webhook deliveries, and its realtime connections.</summary>
public sealed class InspectionClient(SyncClient client)
{
    // A page of requests, each with its form, or of deliveries, each with its form and its answer. Characters may be escaped.
    private const int MaximumResponseSize = 16 * 1024 * 1024;

    /// <summary>Reads a page.</summary>
    /// <param name="what"><c>requests</c>, <c>events</c>, <c>deliveries</c> or <c>connections</c>.</param>
    /// <param name="query">Which of them.</param>
    /// <returns>The answer's JSON.</returns>
    public Task<ReadOnlyMemory<byte>> ReadAsync(
        string what, IEnumerable<KeyValuePair<string, string>> query, CancellationToken cancellationToken = default)
    {
        string text = string.Join('&', query.Select(field => $"{field.Key}={Uri.EscapeDataString(field.Value)}"));
        return SendAsync(HttpMethod.Get, $"/inspection/{what}{(text.Length > 0 ? $"?{text}" : "")}", isRetryable: true, cancellationToken);
    }

    /// <summary>Sends a webhook delivery again.</summary>
    /// <returns>The new delivery's JSON.</returns>
    public Task<ReadOnlyMemory<byte>> SendDeliveryAsync(string id, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Post, $"/inspection/deliveries/{Uri.EscapeDataString(id)}/send", isRetryable: false, cancellationToken);

    /// <summary>Ends a realtime connection.</summary>
    public Task DropConnectionAsync(string id, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Delete, $"/inspection/connections/{Uri.EscapeDataString(id)}", isRetryable: false, cancellationToken);

    private async Task<ReadOnlyMemory<byte>> SendAsync(HttpMethod method, string path, bool isRetryable, CancellationToken cancellationToken) =>
        (await client.SendAsync(
            new SyncRequest(method, path, [], null, isRetryable) { MaximumResponseSize = MaximumResponseSize }, cancellationToken)).Body;
}
