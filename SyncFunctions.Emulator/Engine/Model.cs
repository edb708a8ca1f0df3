namespace SyncFunctions.Emulator.Engine;

/// <summary>A Sync service and its settings.</summary>
internal sealed record SyncService(
    long Id,
    string Sid,
    string? UniqueName,
    ServiceSettings Settings,
    DateTimeOffset DateCreated,
    DateTimeOffset DateUpdated);

/// <summary>What can be set on a service.</summary>
/// <param name="ReachabilityDebouncingWindow">Milliseconds.</param>
internal sealed record ServiceSettings(
    string? FriendlyName = null,
    string? WebhookUrl = null,
    bool WebhooksFromRestEnabled = false,
    bool ReachabilityWebhooksEnabled = false,
    bool AclEnabled = false,
    bool ReachabilityDebouncingEnabled = false,
    int ReachabilityDebouncingWindow = 5000);

/// <summary>A document, list, map or stream.</summary>
/// <param name="LastEventId">
/// The number of the last event in the object: a document begins at 0 and counts its data's changes; a list or map begins at -1 and counts
/// every addition, update and removal of an item.
/// </param>
/// <param name="Data">A document's JSON text; null for the others.</param>
internal sealed record SyncObject(
    long Id,
    long ServiceId,
    ObjectKind Kind,
    string Sid,
    string? UniqueName,
    long LastEventId,
    string? Data,
    DateTimeOffset DateCreated,
    DateTimeOffset DateUpdated,
    DateTimeOffset? DateExpires,
    string CreatedBy)
{
    /// <summary>The number that changes with every change: of a document its data, of a list or map its items.</summary>
    public long Revision => Kind == ObjectKind.Document ? LastEventId : LastEventId + 1;
}

/// <summary>The index of a list item, or the key of a map item.</summary>
internal readonly record struct ItemKey
{
    public ItemKey(long index) => Value = index;

    public ItemKey(string key) => Value = key;

    /// <summary>A <see cref="long"/> or a <see cref="string"/>.</summary>
    public object Value { get; }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString()!;

    public static ItemKey From(object stored) => stored is long index ? new ItemKey(index) : new ItemKey((string)stored);
}

/// <summary>An item of a list or a map.</summary>
/// <param name="Revision">The number of the event in the parent that last changed it.</param>
/// <param name="Data">Its JSON text.</param>
internal sealed record SyncItem(
    ItemKey Key,
    long Revision,
    string Data,
    DateTimeOffset DateCreated,
    DateTimeOffset DateUpdated,
    DateTimeOffset? DateExpires,
    string CreatedBy);

/// <summary>What an identity may do with an object when the service enforces permissions.</summary>
internal sealed record SyncPermission(string Identity, bool Read, bool Write, bool Manage);

/// <summary>A change of an expiry. The default value leaves it as it is.</summary>
internal readonly record struct Expiry
{
    private Expiry(long seconds) => Seconds = seconds;

    /// <summary>Leaves the expiry as it is.</summary>
    public static Expiry Keep => default;

    /// <summary>Null: as it is; 0: never; otherwise so many seconds from the change.</summary>
    public long? Seconds { get; }

    /// <summary>Sets it to so many seconds from the change; 0 takes it away.</summary>
    public static Expiry After(long seconds) => new(seconds);

    public DateTimeOffset? Apply(DateTimeOffset? current, DateTimeOffset now) => Seconds switch
    {
        null => current,
        0 => null,
        long seconds => now.AddSeconds(seconds),
    };
}

/// <summary>Which part of a collection to read.</summary>
/// <param name="From">
/// Where to start: a row's <see cref="long"/> id for services and objects, the index or key for items; null for the end that comes first in
/// the order.
/// </param>
/// <param name="Inclusive">Whether an element at <paramref name="From"/> itself belongs to the page.</param>
/// <param name="Descending">The order.</param>
/// <param name="Limit">How many elements at the most.</param>
internal readonly record struct PageRange(object? From, bool Inclusive, bool Descending, int Limit)
{
    // SQLite orders integers before text and text before blobs: these two stand before and after every key and id.
    private static readonly object BeforeAll = long.MinValue;
    private static readonly object AfterAll = Array.Empty<byte>();

    /// <summary>The range as the end of a query over <paramref name="column"/>, with its start as <c>$1</c> and its limit as <c>$2</c>.</summary>
    public string Sql(string column) => (Descending, Inclusive) switch
    {
        (false, true) => $"{column} >= $1 ORDER BY {column} LIMIT $2",
        (false, false) => $"{column} > $1 ORDER BY {column} LIMIT $2",
        (true, true) => $"{column} <= $1 ORDER BY {column} DESC LIMIT $2",
        (true, false) => $"{column} < $1 ORDER BY {column} DESC LIMIT $2",
    };

    /// <summary>The value of <c>$1</c>.</summary>
    public object Start => From ?? (Descending ? AfterAll : BeforeAll);
}
