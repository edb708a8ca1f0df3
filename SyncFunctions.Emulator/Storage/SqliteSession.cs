using Microsoft.Data.Sqlite;

using SQLitePCL;

namespace SyncFunctions.Emulator.Storage;

/// <summary>
/// One SQLite connection with its prepared statements. Parameters are positional: <c>?1</c>, <c>?2</c>, …
/// Not safe for concurrent use; <see cref="Database"/> gives a session to one caller at a time.
/// </summary>
/// <remarks>
/// Statements run by SQLite's own functions (SQLitePCLRaw, which Microsoft.Data.Sqlite is built on). The ADO.NET objects around them take more time
/// than the statements, and half of the memory that a write allocates.
/// </remarks>
internal sealed class SqliteSession(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteStatement> statements = [];

    /// <summary>Gets the rowid of the row inserted last.</summary>
    public long LastInsertId => raw.sqlite3_last_insert_rowid(connection.Handle);

    /// <summary>Runs a statement and returns the number of rows that it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> arguments)
    {
        using SqliteStatement.Run run = Prepare(sql).Start(arguments);
        while (run.Read())
        {
        }

        return raw.sqlite3_changes(connection.Handle);
    }

    /// <summary>Runs several statements without parameters.</summary>
    public void ExecuteScript(string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // All texts are this assembly's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>Runs a query and returns the first column of its first row as an integer, or null if there is no row or no value.</summary>
    public long? Scalar(string sql, params ReadOnlySpan<object?> arguments)
    {
        using SqliteStatement.Run run = Prepare(sql).Start(arguments);
        return run.Read() && run.Row.Value(0) is long value ? value : null;
    }

    /// <summary>Maps the first row of a query, or returns <c>default</c> if there is none.</summary>
    public T? Single<T>(string sql, Func<Row, T> map, params ReadOnlySpan<object?> arguments)
    {
        using SqliteStatement.Run run = Prepare(sql).Start(arguments);
        return run.Read() ? map(run.Row) : default;
    }

    /// <summary>Maps every row of a query.</summary>
    public List<T> Many<T>(string sql, Func<Row, T> map, params ReadOnlySpan<object?> arguments)
    {
        using SqliteStatement.Run run = Prepare(sql).Start(arguments);
        List<T> rows = [];
        while (run.Read())
        {
            rows.Add(map(run.Row));
        }

        return rows;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SqliteStatement statement in statements.Values)
        {
            statement.Dispose();
        }

        connection.Dispose();
    }

    // Statement texts are constants of this assembly (values are parameters), so the cache stays small.
    private SqliteStatement Prepare(string sql)
    {
        if (!statements.TryGetValue(sql, out SqliteStatement? statement))
        {
            statement = new SqliteStatement(connection.Handle!, sql);
            statements.Add(sql, statement);
        }

        return statement;
    }
}
