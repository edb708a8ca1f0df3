using System.Text;
using System.Text.Json;

using SyncFunctions.Client;
using SyncFunctions.Store.Json;

namespace SyncFunctions.Store.Statistics;

/// <summary>Selects the numbers in a collection's items to summarize.</summary>
/// <param name="Path">The path of an item's number.</param>
/// <param name="Where">The condition on an item's data, or <see langword="null"/> for all items.</param>
/// <param name="GroupBy">The path of the value that the items of a group have in common, or <see langword="null"/> for no groups.</param>
public sealed record SummaryRequest(JsonPointer Path, JsonCondition? Where, JsonPointer? GroupBy);

/// <summary>Summarizes the numbers in the items of lists and maps, without keeping the items.</summary>
public static class CollectionStatistics
{
    /// <summary>The maximum number of items that are read while a caller waits.</summary>
    public const int MaximumRows = 10_000;

    /// <summary>Summarizes a list's numbers, with a request for every 100 items.</summary>
    /// <exception cref="ParameterException">The list has more items than <see cref="MaximumRows"/> (413).</exception>
    /// <exception cref="SyncApiException">There is no such list (404).</exception>
    public static Task<CollectionSummary> SummarizeListAsync(
        SyncStore store, string listName, SummaryRequest request, CancellationToken cancellationToken = default) =>
        SummarizeAsync("listName", page => store.QueryListItemsAsync(listName, default, page, cancellationToken), item => item.Data, request);

    /// <summary>Summarizes a map's numbers, with a request for every 100 items.</summary>
    /// <exception cref="ParameterException">The map has more items than <see cref="MaximumRows"/> (413).</exception>
    /// <exception cref="SyncApiException">There is no such map (404).</exception>
    public static Task<CollectionSummary> SummarizeMapAsync(
        SyncStore store, string mapName, SummaryRequest request, CancellationToken cancellationToken = default) =>
        SummarizeAsync("mapName", page => store.QueryMapItemsAsync(mapName, default, page, cancellationToken), item => item.Data, request);

    private static async Task<CollectionSummary> SummarizeAsync<T>(
        string parameter, Func<PageRequest, Task<SyncPage<T>>> read, Func<T, JsonText> data, SummaryRequest request)
    {
        ItemNumbers wanted = new(request);
        ExactNumbers all = new();
        OrderedDictionary<string, (JsonText Value, ExactNumbers Numbers)> groups = new(StringComparer.Ordinal);
        int rows = 0;
        string? token = null;
        do
        {
            SyncPage<T> page = await read(new PageRequest(PageRequest.MaximumSize, token));
            token = page.NextPageToken;
            rows += page.Items.Count;
            if (rows > MaximumRows)
            {
                throw new ParameterException(
                    parameter, $"has more than {MaximumRows} items, too many to go through in one call: start a job of the type summarize.", 413);
            }

            foreach (T item in page.Items)
            {
                if (wanted.Find(data(item)) is not { } found)
                {
                    continue;
                }

                all.Add(found.Number, found.Written);
                if (request.GroupBy is null)
                {
                    continue;
                }

                if (!groups.TryGetValue(found.Group.Key, out (JsonText Value, ExactNumbers Numbers) group))
                {
                    groups[found.Group.Key] = group = (found.Group.Value, new ExactNumbers());
                }

                group.Numbers.Add(found.Number, found.Written);
            }
        }
        while (token is not null);

        return new CollectionSummary(
            rows, all.Summarize(), [.. groups.Values.Select(group => new GroupSummary(group.Value, group.Numbers.Summarize()))]);
    }
}

/// <summary>The number in an item that counts.</summary>
/// <param name="Written">The number as it is written.</param>
/// <param name="Group">A text that identifies its group, and the value that the group's items have in common.</param>
internal readonly record struct ItemNumber(JsonNumber Number, string Written, (string Key, JsonText Value) Group);

/// <summary>Finds the numbers in the items that meet a condition and have a number.</summary>
internal sealed class ItemNumbers
{
    private readonly SummaryRequest request;
    private readonly JsonFields fields = new();
    private readonly int number;
    private readonly int? group;

    /// <summary>Creates the finder for a request.</summary>
    public ItemNumbers(SummaryRequest request)
    {
        this.request = request;
        number = fields.Add(request.Path);
        group = request.GroupBy is { } way ? fields.Add(way) : null;
    }

    /// <summary>Finds an item's number, or <see langword="null"/> if the item does not meet the condition or has no number in the range of a double.</summary>
    public ItemNumber? Find(JsonText data)
    {
        if (request.Where?.Matches(data) == false)
        {
            return null;
        }

        FoundValue[] found = fields.Find(data.Utf8);
        if (found[number].Kind != JsonTokenType.Number)
        {
            return null;
        }

        string written = Text(found[number], data);
        return JsonNumber.Parse(written) is { } value
            ? new ItemNumber(value, written, group is { } place ? Group(found[place], data) : default)
            : null;
    }

    // Equal values form one group, however they are written. The group has the text of the first one.
    private static (string Key, JsonText Value) Group(FoundValue value, JsonText data)
    {
        if (!value.IsThere)
        {
            return ("null", default);
        }

        string written = Text(value, data);
        string key = value.Kind switch
        {
            JsonTokenType.Number when JsonNumber.Parse(written) is { } number => number.ToShortString(),
            // In quotes, so that a string differs from a number.
            JsonTokenType.String when JsonText.StringOf(value.In(data.Utf8)) is { } text => $"\"{text}\"",
            _ => written,
        };
        return (key, new JsonText(written));
    }

    private static string Text(FoundValue value, JsonText data) => Encoding.UTF8.GetString(value.In(data.Utf8));
}
