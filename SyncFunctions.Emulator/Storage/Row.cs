using System.Text;

using SQLitePCL;

namespace SyncFunctions.Emulator.Storage;

/// <summary>The current row of a statement.</summary>
internal readonly struct Row(sqlite3_stmt statement)
{
    public long Int64(int column) => raw.sqlite3_column_int64(statement, column);

    public int Int32(int column) => raw.sqlite3_column_int(statement, column);

    public bool Boolean(int column) => Int64(column) != 0;

    /// <summary>Reads a text that is never null.</summary>
    // As bytes of a known length: a name may have a NUL character, at which column_text ends.
    public string Text(int column) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(statement, column));

    public string? OptionalText(int column) => IsNull(column) ? null : Text(column);

    public byte[] Blob(int column) => raw.sqlite3_column_blob(statement, column).ToArray();

    public DateTimeOffset Time(int column) => DateTimeOffset.FromUnixTimeMilliseconds(Int64(column));

    public DateTimeOffset? OptionalTime(int column) => IsNull(column) ? null : Time(column);

    /// <summary>Reads an integer or a text, whichever the value is; <see langword="null"/> for anything else.</summary>
    public object? Value(int column) => raw.sqlite3_column_type(statement, column) switch
    {
        raw.SQLITE_INTEGER => Int64(column),
        raw.SQLITE_TEXT => Text(column),
        _ => null,
    };

    private bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;
}
