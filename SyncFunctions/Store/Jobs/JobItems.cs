using System.Globalization;

using SyncFunctions.Client;

namespace SyncFunctions.Store.Jobs;

/// <summary>An item that a job reads.</summary>
/// <param name="Id">Its index or key.</param>
internal readonly record struct JobItem(string Id, JsonText Data);

/// <summary>Some items, in order.</summary>
/// <param name="IsLast">Whether none follow.</param>
internal sealed record JobItemPage(IReadOnlyList<JobItem> Items, bool IsLast);

/// <summary>The list or map whose items a job reads.</summary>
internal sealed record JobItems(bool IsList, string Name)
{
    /// <summary>The member of an input that names a list.</summary>
    public const string ListName = "listName";

    /// <summary>The member of an input that names a map.</summary>
    public const string MapName = "mapName";

    private const int PageSize = 100;

    /// <summary>Reads the list or map that an input names.</summary>
    /// <exception cref="ParameterException">It names neither or both, or the name is not a possible one.</exception>
    public static JobItems Read(JobInput input) => (input.Text(ListName), input.Text(MapName)) switch
    {
        ({ } list, null) => new JobItems(IsList: true, Named(ListName, list)),
        (null, { } map) => new JobItems(IsList: false, Named(MapName, map)),
        (null, null) => throw JobInput.Refuse(ListName, "is required, or mapName."),
        _ => throw JobInput.Refuse(MapName, "must not be given beside listName."),
    };

    /// <summary>Checks that it exists.</summary>
    /// <exception cref="SyncApiException">It does not exist (404).</exception>
    public async Task CheckAsync(SyncStore store, CancellationToken cancellationToken) => _ = IsList
        ? (object)await store.GetListAsync(Name, cancellationToken)
        : await store.GetMapAsync(Name, cancellationToken);

    /// <summary>Finds the last index of a list, or <see langword="null"/> if it has no items, and for a map.</summary>
    public async Task<long?> LastIndexAsync(SyncStore store, CancellationToken cancellationToken) =>
        IsList && (await store.QueryListItemsAsync(Name, new ItemQuery("desc", null, null), new PageRequest(1, null), cancellationToken)).Items is [var last]
            ? last.Index
            : null;

    /// <summary>Reads the next items.</summary>
    /// <param name="after">The index or key after which to start, or <see langword="null"/> for the first items.</param>
    /// <param name="last">The last index of a list to read; items that were added later are left out.</param>
    public async Task<JobItemPage> PageAsync(SyncStore store, string? after, long? last, CancellationToken cancellationToken)
    {
        ItemQuery query = after is null ? default : new ItemQuery("asc", after, "exclusive");
        PageRequest page = new(PageSize, null);
        if (!IsList)
        {
            SyncPage<SyncMapItem> read = await store.QueryMapItemsAsync(Name, query, page, cancellationToken);
            return new JobItemPage([.. read.Items.Select(item => new JobItem(item.Key, item.Data))], read.NextPageToken is null);
        }

        SyncPage<SyncListItem> items = await store.QueryListItemsAsync(Name, query, page, cancellationToken);
        JobItem[] counting =
            [.. items.Items.Where(item => item.Index <= last).Select(item => new JobItem(item.Index.ToString(CultureInfo.InvariantCulture), item.Data))];
        return new JobItemPage(counting, items.NextPageToken is null || counting.Length < items.Items.Count);
    }

    private static string Named(string parameter, string name) => SyncPath.IsSegment(name) && name.Length <= 320 && !name.Any(char.IsControl) && !SyncSid.HasForm(name)
        ? name
        : throw JobInput.Refuse(parameter, "must be a unique name.");
}
