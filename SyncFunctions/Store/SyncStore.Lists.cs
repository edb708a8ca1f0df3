using System.Globalization;
using System.Net;
using System.Text.Json;

using SyncFunctions.Client;

namespace SyncFunctions.Store;

public sealed partial class SyncStore
{
    /// <summary>Creates a list.</summary>
    /// <param name="listName">Its unique name.</param>
    public Task<SyncList> CreateListAsync(string listName, SyncTtl ttl = default, CancellationToken cancellationToken = default) =>
        service.Lists.CreateAsync([("UniqueName", listName), ("Ttl", ttl.OnCreate)], cancellationToken: cancellationToken);

    /// <summary>Gets a list by its name.</summary>
    public Task<SyncList> GetListAsync(string listName, CancellationToken cancellationToken = default) =>
        service.Lists.FetchAsync(listName, cancellationToken);

    /// <summary>Finds the SID of a list by its name; <c>""</c> where there is none.</summary>
    public Task<string> SearchListAsync(string listName, CancellationToken cancellationToken = default) =>
        SearchAsync(service.Lists, listName, list => list.Sid, cancellationToken);

    /// <summary>Removes a list by its name, with its items.</summary>
    /// <param name="ifMatch">The revision it must have; null for any.</param>
    public Task<string> RemoveListAsync(string listName, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        RemoveAsync(service.Lists, listName, ifMatch, cancellationToken);

    /// <summary>Removes a list by its SID, with its items.</summary>
    /// <param name="ifMatch">The revision it must have; null for any.</param>
    public Task<string> RemoveListByIdAsync(string listId, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        RemoveAsync(service.Lists, listId, ifMatch, cancellationToken);

    /// <summary>Adds an item at the end of a list.</summary>
    /// <param name="data">A JSON object of at most 16 KiB.</param>
    public Task<SyncListItem> AddListItemAsync(
        string listName, JsonElement data, SyncTtl ttl = default, CancellationToken cancellationToken = default) =>
        service.ListItems(listName).CreateAsync(
            [("Data", data.GetRawText()), ("Ttl", ttl.OnCreate)], cancellationToken: cancellationToken);

    /// <summary>Gets a list's items in the order of their indexes.</summary>
    /// <param name="key">Where given, only the items whose data's top-level keys, joined by commas, are equal to it.</param>
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

    /// <summary>Removes the items that <see cref="GetListItemsAsync"/> returns for the key, and no item that has changed its keys since.</summary>
    /// <returns><c>"N item(s) deleted."</c></returns>
    public async Task<string> RemoveListItemsAsync(string listName, string key, CancellationToken cancellationToken = default)
    {
        int removed = 0;
        foreach (SyncListItem item in await GetListItemsAsync(listName, key, cancellationToken))
        {
            removed += await RemoveWhileMatchingAsync(service.ListItems(listName), item, key, cancellationToken) ? 1 : 0;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{removed} item(s) deleted.");
    }

    private static async Task<bool> RemoveWhileMatchingAsync(
        SyncCollectionClient<SyncListItem> items, SyncListItem item, string key, CancellationToken cancellationToken)
    {
        string index = Text(item.Index);
        while (true)
        {
            try
            {
                await items.RemoveAsync(index, item.Revision, cancellationToken);
                return true;
            }
            catch (SyncApiException exception) when (exception.Status == HttpStatusCode.NotFound)
            {
                return false;
            }
            catch (SyncApiException exception) when (exception.Status == HttpStatusCode.PreconditionFailed)
            {
                // Somebody changed it in the meantime: look again.
            }

            if (await FindAsync(items, index, cancellationToken) is not { } current || !HasKeys(current.Data, key))
            {
                return false;
            }

            item = current;
        }
    }

    private static bool HasKeys(JsonElement data, string key) =>
        data.ValueKind == JsonValueKind.Object && string.Join(',', data.EnumerateObject().Select(member => member.Name)) == key;
}
