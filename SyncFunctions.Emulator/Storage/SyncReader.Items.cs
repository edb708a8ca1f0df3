using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Storage;

internal partial class SyncReader
{
    private const string ItemColumns = "key, event_id, data, date_created, date_updated, date_expires, created_by";

    private static readonly PageQuery ItemPage = new(
        $"SELECT {ItemColumns} FROM items WHERE object_id = ?4 AND (date_expires IS NULL OR date_expires > ?3) AND", "key");

    /// <summary>Finds an item by its index or key, even if it has expired.</summary>
    public SyncItem? FindItem(long objectId, ItemKey key) => Session.Single(
        $"SELECT {ItemColumns} FROM items WHERE object_id = ?1 AND key = ?2", ToItem, objectId, ToStored(key));

    /// <summary>Reads the items that have not expired: those of a list by index, those of a map by key (ordered by its UTF-16 code units).</summary>
    public List<SyncItem> GetItems(long objectId, PageRange range, DateTimeOffset now) => Session.Many(
        ItemPage.Text(range), ToItem, PageQuery.Start(range), range.Limit, now.ToUnixTimeMilliseconds(), objectId);

    /// <summary>Reads the items that have not expired and whose last event is between two numbers, in the order of these events.</summary>
    public List<SyncItem> GetItemsChanged(long objectId, long afterEventId, long beforeEventId, DateTimeOffset now) => Session.Many(
        $"""
        SELECT {ItemColumns} FROM items
        WHERE object_id = ?1 AND event_id > ?2 AND event_id < ?3 AND (date_expires IS NULL OR date_expires > ?4) ORDER BY event_id
        """,
        ToItem,
        objectId, afterEventId, beforeEventId, now.ToUnixTimeMilliseconds());

    /// <summary>Reads items that have expired, each with the id of its list or map.</summary>
    public List<(long ObjectId, SyncItem Item)> GetExpiredItems(DateTimeOffset now, int limit) => Session.Many(
        $"SELECT {ItemColumns}, object_id FROM items WHERE date_expires <= ?1 LIMIT ?2",
        row => (row.Int64(7), ToItem(row)),
        now.ToUnixTimeMilliseconds(), limit);

    private protected static object ToStored(ItemKey key) => key.Value is string text ? OrderedText.ToStored(text) : key.Value;

    private static SyncItem ToItem(Row row) => new(
        row.Value(0) is string stored ? new ItemKey(OrderedText.FromStored(stored)) : new ItemKey(row.Int64(0)),
        row.Int64(1),
        row.Text(2),
        row.Time(3),
        row.Time(4),
        row.OptionalTime(5),
        row.Text(6));
}
