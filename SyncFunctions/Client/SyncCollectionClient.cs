using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace SyncFunctions.Client;

/// <summary>
/// A collection of the REST API: documents, lists, maps, streams, the items of a list or map, permissions. All have the same operations.
/// </summary>
/// <typeparam name="T">Its resource.</typeparam>
/// <param name="path">Its path, from <see cref="SyncPath"/>.</param>
/// <param name="key">The member of its pages that holds the resources.</param>
public sealed class SyncCollectionClient<T>(SyncClient client, string path, string key)
    where T : class
{
    /// <summary>The collection's path, which identifies it.</summary>
    public string Path => path;

    /// <summary>The most resources that Sync returns in one page.</summary>
    public const int MaximumPageSize = 100;

    // A hundred items with 16 KiB of data, of which each byte may be written as an escape of six characters.
    private const int MaximumPageBytes = 16 * 1024 * 1024;

    /// <summary>Creates a resource.</summary>
    /// <param name="parameters">The form's fields; those that are null are left out.</param>
    /// <param name="retryable">Whether the request may be sent twice, because Sync refuses the second creation.</param>
    /// <exception cref="SyncApiException">409 if its name or key is taken.</exception>
    public Task<T> CreateAsync(
        IEnumerable<(string Name, string? Value)> parameters, bool retryable = false, CancellationToken cancellationToken = default) =>
        client.SendAsync<T>(new SyncRequest(HttpMethod.Post, path, Form(parameters), null, retryable), cancellationToken);

    /// <summary>Fetches a resource.</summary>
    /// <param name="id">Its SID, unique name, index, key or identity.</param>
    /// <exception cref="SyncApiException">404 if there is none.</exception>
    public Task<T> FetchAsync(string id, CancellationToken cancellationToken = default) =>
        client.SendAsync<T>(new SyncRequest(HttpMethod.Get, Instance(id), [], null, IsRetryable: true), cancellationToken);

    /// <summary>Updates a resource.</summary>
    /// <param name="parameters">The form's fields; those that are null are left out.</param>
    /// <param name="ifMatch">The revision it must have; <see langword="null"/> for any.</param>
    /// <param name="retryable">False if an update that was applied although its response was lost must not be sent again.</param>
    /// <exception cref="SyncApiException">404 if there is none, 412 if its revision is another.</exception>
    public Task<T> UpdateAsync(
        string id, IEnumerable<(string Name, string? Value)> parameters, string? ifMatch = null, bool retryable = true,
        CancellationToken cancellationToken = default) =>
        client.SendAsync<T>(new SyncRequest(HttpMethod.Post, Instance(id), Form(parameters), ifMatch, retryable), cancellationToken);

    /// <summary>Removes a resource.</summary>
    /// <param name="ifMatch">The revision it must have; <see langword="null"/> for any. Sync checks it for items only.</param>
    /// <exception cref="SyncApiException">404 if there is none, 412 if its revision is another.</exception>
    public Task RemoveAsync(string id, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        client.SendAsync(new SyncRequest(HttpMethod.Delete, Instance(id), [], ifMatch, IsRetryable: true), cancellationToken);

    /// <summary>Reads one page.</summary>
    /// <param name="pageSize">1 to <see cref="MaximumPageSize"/>.</param>
    /// <param name="pageToken">The <see cref="SyncPage{T}.NextPageToken"/> of the page before; <see langword="null"/> for the first page.</param>
    /// <param name="filters">Further query parameters (<c>Order</c>, <c>From</c>, <c>Bounds</c>); those that are null are left out.</param>
    public Task<SyncPage<T>> PageAsync(
        int pageSize, string? pageToken, IEnumerable<(string Name, string? Value)> filters, CancellationToken cancellationToken = default)
    {
        StringBuilder query = new();
        IEnumerable<(string Name, string? Value)> parameters =
            [.. filters, ("PageSize", pageSize.ToString(CultureInfo.InvariantCulture)), ("PageToken", pageToken)];
        foreach ((string name, string? value) in parameters)
        {
            if (value is not null)
            {
                query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        SyncRequest request = new(HttpMethod.Get, path + query, [], null, IsRetryable: true) { MaximumResponseSize = MaximumPageBytes };
        return client.SendPageAsync<T>(request, key, cancellationToken);
    }

    /// <summary>Reads every resource, page by page of the maximum size.</summary>
    /// <exception cref="SyncUnreachableException">A page refers to one that was already read.</exception>
    public async IAsyncEnumerable<T> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        HashSet<string> read = new(StringComparer.Ordinal);
        string? token = null;
        do
        {
            SyncPage<T> page = await PageAsync(MaximumPageSize, token, [], cancellationToken);
            foreach (T resource in page.Items)
            {
                yield return resource;
            }

            token = page.NextPageToken;
            if (token is not null && !read.Add(token))
            {
                throw new SyncUnreachableException("A page of Sync refers to one that was already read.", null);
            }
        }
        while (token is not null);
    }

    private string Instance(string id) => $"{path}/{SyncPath.Segment(id)}";

    private static KeyValuePair<string, string>[] Form(IEnumerable<(string Name, string? Value)> parameters) =>
        [.. parameters.Where(parameter => parameter.Value is not null).Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value!))];
}
