namespace SyncFunctions.Client;

/// <summary>Reads what an emulator records: its most recent requests, events and webhook deliveries, and its realtime connections.</summary>
public sealed class InspectionClient(SyncClient client)
{
    // A page of requests has up to 100 forms, and a page of deliveries also has responses. Their characters can be escaped.
    private const int MaximumResponseSize = 16 * 1024 * 1024;

    /// <summary>Reads a page.</summary>
    /// <param name="what"><c>requests</c>, <c>events</c>, <c>deliveries</c> or <c>connections</c>.</param>
    /// <param name="query">The filters and the page.</param>
    /// <returns>The response's JSON.</returns>
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

    /// <summary>Closes a realtime connection.</summary>
    public Task DropConnectionAsync(string id, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Delete, $"/inspection/connections/{Uri.EscapeDataString(id)}", isRetryable: false, cancellationToken);

    private async Task<ReadOnlyMemory<byte>> SendAsync(HttpMethod method, string path, bool isRetryable, CancellationToken cancellationToken) =>
        (await client.SendAsync(
            new SyncRequest(method, path, [], null, isRetryable) { MaximumResponseSize = MaximumResponseSize }, cancellationToken)).Body;
}
