using System.Net;
using System.Text.Json;

using SyncFunctions.Client;

namespace SyncFunctions.Store;

public sealed partial class SyncStore
{
    /// <summary>Creates a list.</summary>
    /// <param name="listName">Its unique name, or <see langword="null"/> for a list without one.</param>
    public Task<SyncList> CreateListAsync(string? listName, SyncTtl ttl = default, CancellationToken cancellationToken = default) =>
        service.Lists.CreateAsync([("UniqueName", listName), ("Ttl", ttl.OnCreate)], cancellationToken: cancellationToken);

    /// <summary>Gets a list by its name, or creates it if there is none.</summary>
    /// <param name="ttl">When it expires if it is created.</param>
    public Task<SyncList> OpenListAsync(string listName, SyncTtl ttl = default, CancellationToken cancellationToken = default) =>
        OpenAsync(service.Lists, listName, [("Ttl", ttl.OnCreate)], cancellationToken);

    /// <summary>Gets a list by its name.</summary>
    public Task<SyncList> GetListAsync(string listName, CancellationToken cancellationToken = default) =>
        service.Lists.FetchAsync(listName, cancellationToken);

    /// <summary>Gets a page of the service's lists.</summary>
    public Task<SyncPage<SyncList>> GetListsAsync(PageRequest page, CancellationToken cancellationToken = default) =>
        PageAsync(service.Lists, page, default, cancellationToken);

    /// <summary>Finds the SID of a list by its name; <c>""</c> if there is none.</summary>
    public Task<string> SearchListAsync(string listName, CancellationToken cancellationToken = default) =>
        SearchAsync(service.Lists, listName, list => list.Sid, cancellationToken);

    /// <summary>Sets when a list expires.</summary>
    public Task<SyncList> UpdateListAsync(string listName, SyncTtl ttl = default, CancellationToken cancellationToken = default) =>
        service.Lists.UpdateAsync(listName, [("Ttl", ttl.OnUpdate)], cancellationToken: cancellationToken);

    /// <summary>Removes a list by its name, with its items.</summary>
    /// <param name="ifMatch">The revision that it must have, or <see langword="null"/> for any.</param>
    public Task<string> RemoveListAsync(string listName, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        RemoveAsync(service.Lists, listName, ifMatch, cancellationToken);

    /// <summary>Removes a list by its SID, with its items.</summary>
    /// <param name="ifMatch">The revision that it must have, or <see langword="null"/> for any.</param>
    public Task<string> RemoveListByIdAsync(string listId, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        RemoveAsync(service.Lists, listId, ifMatch, cancellationToken);

    /// <summary>Adds an item at the end of a list.</summary>
    /// <param name="data">A JSON object of at most 16 KiB.</param>
    public Task<SyncListItem> AddListItemAsync(
        string listName, JsonElement data, SyncTtl ttl = default, CancellationToken cancellationToken = default) =>
        service.ListItems(listName).CreateAsync(
            [("Data", data.GetRawText()), ("Ttl", ttl.OnCreate)], cancellationToken: cancellationToken);

    /// <summary>Adds an item at the end of a list, and stores its data as exactly this text.</summary>
    /// <param name="data">A JSON object of at most 16 KiB.</param>
    public Task<SyncListItem> AddListItemAsync(
        string listName, JsonText data, SyncTtl ttl = default, CancellationToken cancellationToken = default) =>
        service.ListItems(listName).CreateAsync(
            [("Data", data.GetRawText()), ("Ttl", ttl.OnCreate)], cancellationToken: cancellationToken);

    /// <summary>Adds items at the end of a list, one after the other, with one request each.</summary>
    /// <param name="items">JSON objects of at most 16 KiB.</param>
    /// <returns>The items, in order. Items of other callers may be between them.</returns>
    /// <exception cref="BatchException">An item could not be added. The items before it were added, and stay.</exception>
    public async Task<IReadOnlyList<SyncListItem>> AddListItemsAsync(
        string listName, IReadOnlyList<JsonElement> items, SyncTtl ttl = default, CancellationToken cancellationToken = default)
    {
        List<SyncListItem> added = new(items.Count);
        foreach (JsonElement data in items)
        {
            try
            {
                added.Add(await AddListItemAsync(listName, data, ttl, cancellationToken));
            }
            catch (SyncException exception)
            {
                throw new BatchException(added.Count, exception);
            }
        }

        return added;
    }

    /// <summary>Gets a list's items by index.</summary>
    /// <param name="key">If given, only the items whose top-level data keys, joined by commas, equal it.</param>
    public async Task<IReadOnlyList<SyncListItem>> GetListItemsAsync(
        string listName, string? key = null, CancellationToken cancellationToken = default)
    {
        List<SyncListItem> items = [];
        await foreach (SyncListItem item in service.ListItems(listName).ReadAllAsync(cancellationToken))
        {
            if (key is null || HasKeys(item.Data, key))
            {
                items.Add(item);
            }
        }

        return items;
    }

    /// <summary>Gets a page of a list's items, in either order, from any index. With a condition, only the items that meet it.</summary>
    /// <remarks>With a condition a page looks at 1,000 items at most, so it may have few matches or none. Only the last page has no token.</remarks>
    /// <exception cref="ParameterException">The page token is not one of this list, or the query differs from the token's.</exception>
    public Task<SyncPage<SyncListItem>> QueryListItemsAsync(
        string listName, ItemQuery query, PageRequest page, CancellationToken cancellationToken = default) =>
        query.Where is { } where
            ? MatchesAsync(service.ListItems(listName), page, query, where, item => Text(item.Index), item => item.Data, cancellationToken)
            : PageAsync(service.ListItems(listName), page, query, cancellationToken);

    /// <summary>Gets a list item by its index.</summary>
    public Task<SyncListItem> GetListItemByIndexAsync(string listName, long index, CancellationToken cancellationToken = default) =>
        service.ListItems(listName).FetchAsync(Text(index), cancellationToken);

    /// <summary>Replaces a list item's data.</summary>
    /// <param name="data">A JSON object of at most 16 KiB.</param>
    /// <param name="ifMatch">The revision that it must have, or <see langword="null"/> for any.</param>
    public Task<SyncListItem> UpdateListItemAsync(
        string listName, long index, JsonElement data, SyncTtl ttl = default, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        service.ListItems(listName).UpdateAsync(
            Text(index), [("Data", data.GetRawText()), ("Ttl", ttl.OnUpdate)], ifMatch, cancellationToken: cancellationToken);

    /// <summary>Removes the items that <see cref="GetListItemsAsync"/> returns for the key, and no item that has changed its keys since.</summary>
    /// <returns><c>"N item(s) deleted."</c></returns>
    /// <exception cref="SyncApiException">409 if others change an item whenever it is about to be removed; the message says what was removed.</exception>
    public async Task<string> RemoveListItemsAsync(string listName, string key, CancellationToken cancellationToken = default)
    {
        SyncCollectionClient<SyncListItem> items = service.ListItems(listName);
        int removed = 0;
        foreach (SyncListItem item in await GetListItemsAsync(listName, key, cancellationToken))
        {
            removed += await RemoveIfMatchingAsync(items, item, key, cancellationToken) switch
            {
                Removal.Removed => 1,
                Removal.NotThere => 0,
                _ => throw new SyncApiException(
                    HttpStatusCode.Conflict, null, $"Others kept changing item {Text(item.Index)}; {Text(removed)} item(s) were deleted before it.", null, null),
            };
        }

        return $"{Text(removed)} item(s) deleted.";
    }

    /// <summary>Removes a list item by its index.</summary>
    /// <param name="ifMatch">The revision that it must have, or <see langword="null"/> for any.</param>
    public async Task<string> RemoveListItemByIndexAsync(
        string listName, long index, string? ifMatch = null, CancellationToken cancellationToken = default)
    {
        await service.ListItems(listName).RemoveAsync(Text(index), ifMatch, cancellationToken);
        return Deleted;
    }

    private static async Task<Removal> RemoveIfMatchingAsync(
        SyncCollectionClient<SyncListItem> items, SyncListItem item, string key, CancellationToken cancellationToken)
    {
        string index = Text(item.Index);
        for (int attempt = 1; attempt <= MaximumRaces; attempt++)
        {
            try
            {
                await items.RemoveAsync(index, item.Revision, cancellationToken);
                return Removal.Removed;
            }
            catch (SyncApiException exception) when (exception.Status == HttpStatusCode.NotFound)
            {
                return Removal.NotThere;
            }
            catch (SyncApiException exception) when (exception.Status == HttpStatusCode.PreconditionFailed)
            {
                // Somebody changed it in the meantime: check it again.
            }

            if (await FindAsync(items, index, cancellationToken) is not { } current || !HasKeys(current.Data, key))
            {
                return Removal.NotThere;
            }

            item = current;
        }

        return Removal.Contended;
    }

    private static bool HasKeys(JsonText data, string key) =>
        data.Members() is { } members
        && members.All(member => member.Name is not null)
        && string.Join(',', members.Select(member => member.Name).Distinct(StringComparer.Ordinal)) == key;

    private enum Removal
    {
        Removed,
        NotThere,
        Contended,
    }
}
