using System.Buffers;
using System.Text;

using Microsoft.Data.Sqlite;

using SQLitePCL;

namespace SyncFunctions.Emulator.Storage;

/// <summary>A prepared statement. It runs once at a time.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;

    /// <exception cref="SqliteException">The text is not valid.</exception>
    public SqliteStatement(sqlite3 database, string sql)
    {
        this.database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
    }

    /// <summary>Binds the arguments, in the order of the parameters.</summary>
    /// <param name="arguments">Integers, texts, blobs, or <see langword="null"/>.</param>
    public Run Start(ReadOnlySpan<object?> arguments)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            int parameter = i + 1;
            Check(arguments[i] switch
            {
                null => raw.sqlite3_bind_null(statement, parameter),
                long value => raw.sqlite3_bind_int64(statement, parameter, value),
                int value => raw.sqlite3_bind_int64(statement, parameter, value),
                bool value => raw.sqlite3_bind_int64(statement, parameter, value ? 1 : 0),
                // An empty span has no address, which SQLite takes for NULL.
                "" => raw.sqlite3_bind_text(statement, parameter, ""),
                string text => Bind(parameter, text),
                byte[] { Length: 0 } => raw.sqlite3_bind_zeroblob(statement, parameter, 0),
                byte[] blob => raw.sqlite3_bind_blob(statement, parameter, blob),
                var other => throw new ArgumentException($"A {other.GetType()} cannot be stored.", nameof(arguments)),
            });
        }

        return new Run(this);
    }

    /// <inheritdoc/>
    public void Dispose() => statement.Dispose();

    private int Bind(int parameter, string text)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            // SQLite copies it.
            return raw.sqlite3_bind_text(statement, parameter, buffer.AsSpan(0, Encoding.UTF8.GetBytes(text, buffer)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private bool Step()
    {
        int result = raw.sqlite3_step(statement);
        if (result is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            Check(result);
        }

        return result == raw.SQLITE_ROW;
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, database);

    /// <summary>One run of a statement. Its end makes the statement ready for the next one.</summary>
    public readonly ref struct Run(SqliteStatement statement)
    {
        /// <summary>Gets the current row.</summary>
        public Row Row => new(statement.statement);

        /// <summary>Moves to the next row. Returns false if there is none.</summary>
        /// <exception cref="SqliteException">The statement failed.</exception>
        public bool Read() => statement.Step();

        /// <inheritdoc cref="IDisposable.Dispose"/>
        public void Dispose() => raw.sqlite3_reset(statement.statement);
    }
}
