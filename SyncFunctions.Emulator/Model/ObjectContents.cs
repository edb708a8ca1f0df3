namespace SyncFunctions.Emulator.Model;

/// <summary>An object with everything in it, as a snapshot has it.</summary>
/// <param name="Data">A document's JSON text; null for the other kinds.</param>
/// <param name="Items">Of a list in its order, of a map in any.</param>
internal sealed record ObjectContents(
    ObjectKind Kind,
    string? UniqueName,
    DateTimeOffset? DateExpires,
    string? Data,
    IEnumerable<SyncPermission> Permissions,
    IEnumerable<ItemContents> Items);

/// <summary>An item, as a snapshot has it.</summary>
/// <param name="Key">A map item's key; null for a list item.</param>
internal sealed record ItemContents(string? Key, DateTimeOffset? DateExpires, string Data);

/// <summary>How much a service holds.</summary>
/// <param name="Permissions">Those of documents, lists and maps together.</param>
internal sealed record ContentCounts(long Documents, long Lists, long ListItems, long Maps, long MapItems, long Streams, long Permissions)
{
    public static ContentCounts None { get; } = new(0, 0, 0, 0, 0, 0, 0);

    public long Objects => Documents + Lists + Maps + Streams;

    public long Items => ListItems + MapItems;

    public long Total => Objects + Items + Permissions;

    /// <summary>Counts one more object.</summary>
    public ContentCounts WithObject(ObjectKind kind) => kind switch
    {
        ObjectKind.Document => this with { Documents = Documents + 1 },
        ObjectKind.List => this with { Lists = Lists + 1 },
        ObjectKind.Map => this with { Maps = Maps + 1 },
        _ => this with { Streams = Streams + 1 },
    };

    /// <summary>Counts one more item of a list or map.</summary>
    public ContentCounts WithItem(ObjectKind parent) =>
        parent == ObjectKind.List ? this with { ListItems = ListItems + 1 } : this with { MapItems = MapItems + 1 };

    /// <summary>Counts one more permission.</summary>
    public ContentCounts WithPermission() => this with { Permissions = Permissions + 1 };
}
