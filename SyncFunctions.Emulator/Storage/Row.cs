using Microsoft.Data.Sqlite;

namespace SyncFunctions.Emulator.Storage;

/// <summary>Reads columns that may be null, and times.</summary>
internal static class Row
{
    public static string? Text(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static DateTimeOffset Time(this SqliteDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    public static DateTimeOffset? OptionalTime(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.Time(column);
}
