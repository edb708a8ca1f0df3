using System.Globalization;
using System.Net;

using SyncFunctions.Client;
using SyncFunctions.Store.Json;

namespace SyncFunctions.Store;

/// <summary>
/// The helper that the functions share: the methods of the JavaScript library's <c>twilioSync.private.js</c> under the same names, for one Sync
/// service. Each object is found by its unique name with a single request, and every write is safe with concurrent callers.
/// </summary>
/// <remarks>
/// All methods throw <see cref="SyncApiException"/> with Sync's response (404 if the object does not exist, 409 if the name is taken, 412 if the
/// revision has changed, 413 for data over 16 KiB), <see cref="SyncUnreachableException"/> and <see cref="SyncTimeoutException"/>.
/// </remarks>
/// <param name="key">The key under which the service is configured.</param>
/// <param name="time">The clock for the delay before a retry.</param>
public sealed partial class SyncStore(string key, SyncServiceClient service, TimeProvider time)
{
    /// <summary>The result of removals.</summary>
    public const string Deleted = "deleted";

    /// <summary>The result of the removal of a map item.</summary>
    public const string ItemDeleted = "deleted.";

    /// <summary>The name of the map in which the app keeps its jobs.</summary>
    public const string JobsMap = "jobs";

    /// <summary>Gets the key under which the Sync service is configured.</summary>
    public string Key => key;

    /// <summary>Gets the SID of the Sync service, or <c>default</c>.</summary>
    public string ServiceSid => service.Sid;

    /// <summary>Fetches the Sync service itself.</summary>
    public Task<SyncService> GetServiceAsync(CancellationToken cancellationToken = default) => service.FetchAsync(cancellationToken);

    // How often a call starts again because others change the resource, before it gives up.
    private const int MaximumRaces = 10;

    // How many of Sync's pages a page with a condition reads before it ends, full or not: a thousand items, which takes seconds at most.
    private const int MaximumScannedPages = 10;

    private static async Task<string> SearchAsync<T>(
        SyncCollectionClient<T> collection, string name, Func<T, string> sid, CancellationToken cancellationToken)
        where T : class => await FindAsync(collection, name, cancellationToken) is { } found ? sid(found) : "";

    private static async Task<T?> FindAsync<T>(SyncCollectionClient<T> collection, string id, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await collection.FetchAsync(id, cancellationToken);
        }
        catch (SyncApiException exception) when (exception.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    // Sync's API checks If-Match for items, but removes documents, lists and maps at any revision. So the revision is read first;
    // a change in the moment between the two requests is missed.
    private static async Task<string> RemoveAsync<T>(
        SyncCollectionClient<T> collection, string id, string? ifMatch, CancellationToken cancellationToken)
        where T : class, IRevisioned
    {
        if (ifMatch is not null)
        {
            T current = await collection.FetchAsync(id, cancellationToken);
            RequireRevision(current, ifMatch);
        }

        await collection.RemoveAsync(id, ifMatch, cancellationToken);
        return Deleted;
    }

    private static void RequireRevision(IRevisioned current, string ifMatch)
    {
        if (current.Revision != ifMatch)
        {
            throw RevisionMismatch();
        }
    }

    private static SyncApiException RevisionMismatch() =>
        new(HttpStatusCode.PreconditionFailed, null, "The revision does not match the expected revision.", null, null);

    private static string Text(long index) => index.ToString(CultureInfo.InvariantCulture);

    // Two callers at once get the same object: the later one gets a 409 for the name, and reads the object again.
    private static async Task<T> OpenAsync<T>(
        SyncCollectionClient<T> collection, string name, (string Name, string? Value)[] creation, CancellationToken cancellationToken)
        where T : class
    {
        for (int attempt = 1; ; attempt++)
        {
            if (await FindAsync(collection, name, cancellationToken) is { } found)
            {
                return found;
            }

            try
            {
                return await collection.CreateAsync([("UniqueName", name), .. creation], retryable: true, cancellationToken);
            }
            catch (SyncApiException exception) when (exception.Status == HttpStatusCode.Conflict && attempt < MaximumRaces)
            {
                // Somebody else created it in the meantime. Only a removal between the two requests leads here again.
                SyncTelemetry.Conflict(collection.Path);
            }
        }
    }

    private static async Task<SyncPage<T>> PageAsync<T>(
        SyncCollectionClient<T> collection, PageRequest page, ItemQuery query, CancellationToken cancellationToken)
        where T : class
    {
        PageToken? token = page.Token is null ? null : PageToken.Read(page.Token, collection.Path, query);
        ItemQuery inForce = token?.Query ?? query;
        SyncPage<T> read = await collection.PageAsync(
            page.Size,
            token?.Position,
            [("Order", inForce.Order), ("From", inForce.From), ("Bounds", inForce.Bounds)],
            cancellationToken);
        return read with
        {
            NextPageToken = read.NextPageToken is null ? null : new PageToken(read.NextPageToken, inForce).Write(collection.Path),
        };
    }

    // A page ends as soon as it is full, which may be in the middle of one of Sync's pages. So the next one starts after the last item that was looked at,
    // not at the start of a page of Sync's.
    private static async Task<SyncPage<T>> MatchesAsync<T>(
        SyncCollectionClient<T> collection, PageRequest page, ItemQuery query, JsonCondition where, Func<T, string> id, Func<T, JsonText> data,
        CancellationToken cancellationToken)
        where T : class
    {
        PageToken? token = page.Token is null ? null : PageToken.Read(page.Token, collection.Path, query);
        ItemQuery inForce = token?.Query ?? query;
        (string Name, string? Value)[] filters = token is null
            ? [("Order", inForce.Order), ("From", inForce.From), ("Bounds", inForce.Bounds)]
            : [("Order", inForce.Order), ("From", token.Position), ("Bounds", "exclusive")];
        List<T> matches = [];
        string? position = null;
        string? syncToken = null;
        for (int pages = 0; pages < MaximumScannedPages; pages++)
        {
            SyncPage<T> scanned = await collection.PageAsync(PageRequest.MaximumSize, syncToken, filters, cancellationToken);
            syncToken = scanned.NextPageToken;
            for (int i = 0; i < scanned.Items.Count; i++)
            {
                T item = scanned.Items[i];
                position = id(item);
                if (!where.Matches(data(item)))
                {
                    continue;
                }

                matches.Add(item);
                if (matches.Count == page.Size)
                {
                    bool isLast = syncToken is null && i == scanned.Items.Count - 1;
                    return new SyncPage<T>(matches, isLast ? null : Next());
                }
            }

            if (syncToken is null)
            {
                return new SyncPage<T>(matches, null);
            }
        }

        return new SyncPage<T>(matches, Next());

        string Next() => new PageToken(position ?? throw new SyncUnreachableException("Sync's pages have no items.", null), inForce).Write(collection.Path);
    }
}
