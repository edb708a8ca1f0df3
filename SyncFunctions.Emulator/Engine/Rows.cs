using Microsoft.Data.Sqlite;

namespace SyncFunctions.Emulator.Engine;

/// <summary>The columns of each table as queries name them, and the records they become.</summary>
internal static class Rows
{
    public const string Service =
        "id, sid, unique_name, friendly_name, webhook_url, webhooks_from_rest_enabled, reachability_webhooks_enabled, acl_enabled, " +
        "reachability_debouncing_enabled, reachability_debouncing_window, date_created, date_updated";

    public const string Object =
        "id, service_id, kind, sid, unique_name, last_event_id, data, date_created, date_updated, date_expires, created_by";

    public const string Item = "key, event_id, data, date_created, date_updated, date_expires, created_by";

    public const string Permission = "identity, can_read, can_write, can_manage";

    public const string Event =
        "service_id, object_id, kind, change, object_sid, unique_name, event_id, key, data, date, date_expires, identity, id";

    public static SyncService ToService(SqliteDataReader row) => new(
        row.GetInt64(0),
        row.GetString(1),
        Text(row, 2),
        new ServiceSettings(
            Text(row, 3), Text(row, 4), row.GetBoolean(5), row.GetBoolean(6), row.GetBoolean(7), row.GetBoolean(8), row.GetInt32(9)),
        Time(row, 10),
        Time(row, 11));

    public static SyncObject ToObject(SqliteDataReader row) => new(
        row.GetInt64(0),
        row.GetInt64(1),
        (ObjectKind)row.GetInt32(2),
        row.GetString(3),
        Text(row, 4),
        row.GetInt64(5),
        Text(row, 6),
        Time(row, 7),
        Time(row, 8),
        OptionalTime(row, 9),
        row.GetString(10));

    public static SyncItem ToItem(SqliteDataReader row) => new(
        ItemKey.From(row.GetValue(0)),
        row.GetInt64(1),
        row.GetString(2),
        Time(row, 3),
        Time(row, 4),
        OptionalTime(row, 5),
        row.GetString(6));

    public static SyncPermission ToPermission(SqliteDataReader row) =>
        new(row.GetString(0), row.GetBoolean(1), row.GetBoolean(2), row.GetBoolean(3));

    public static SyncEvent ToEvent(SqliteDataReader row) => new(
        row.GetInt64(0),
        row.GetInt64(1),
        (ObjectKind)row.GetInt32(2),
        (SyncChange)row.GetInt32(3),
        row.GetString(4),
        Text(row, 5),
        row.GetInt64(6),
        row.IsDBNull(7) ? null : ItemKey.From(row.GetValue(7)),
        Text(row, 8),
        Time(row, 9),
        OptionalTime(row, 10),
        row.GetString(11))
    {
        Position = row.GetInt64(12),
    };

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset Time(SqliteDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    private static DateTimeOffset? OptionalTime(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : Time(row, column);
}
