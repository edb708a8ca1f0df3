using System.Net;

using SyncFunctions.Client;

namespace SyncFunctions.Store;

/// <summary>
/// The helper that the functions share: the methods of the JavaScript library's <c>twilioSync.private.js</c> under their names, over one Sync
/// service. Objects are found by their unique names with a single request, and every write is right under concurrent callers.
/// </summary>
/// <remarks>
/// All methods throw <see cref="SyncApiException"/> with what Sync answered (404 for what is not there, 409 for a name that is taken, 412 for
/// a revision that has moved on, 413 for data over 16 KiB), <see cref="SyncUnreachableException"/> and <see cref="SyncTimeoutException"/>.
/// </remarks>
public sealed partial class SyncStore(SyncServiceClient service)
{
    /// <summary>What removals resolve to.</summary>
    public const string Deleted = "deleted";

    /// <summary>What the removal of a map item resolves to.</summary>
    public const string ItemDeleted = "deleted.";

    /// <summary>The SID of the Sync service, or <c>default</c>.</summary>
    public string ServiceSid => service.Sid;

    /// <summary>Fetches the Sync service itself.</summary>
    public Task<SyncService> GetServiceAsync(CancellationToken cancellationToken = default) => service.FetchAsync(cancellationToken);

    // How often a call starts over because others change what it looks at, before it gives up.
    private const int MaximumRaces = 10;

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

    // Sync's API heeds If-Match for items, but removes documents, lists and maps whatever their revision. So the revision is looked at first;
    // a change in the moment between the two requests is not seen.
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
}
