using Microsoft.Data.Sqlite;

namespace SyncFunctions.Emulator.Storage;

/// <summary>
/// One SQLite connection with its prepared statements. Parameters are positional: <c>$1</c>, <c>$2</c>, …
/// Not safe for concurrent use; <see cref="Database"/> gives a session to one caller at a time.
/// </summary>
internal sealed class SqliteSession(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> commands = [];

    /// <summary>Runs a statement and returns the number of rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> arguments) => Prepare(sql, arguments).ExecuteNonQuery();

    /// <summary>Runs a query and returns the first column of its first row as an integer, or null if there is no row or no value.</summary>
    public long? Scalar(string sql, params ReadOnlySpan<object?> arguments) => Prepare(sql, arguments).ExecuteScalar() as long?;

    /// <summary>The rowid of the row inserted last.</summary>
    public long LastInsertId => Scalar("SELECT last_insert_rowid()")!.Value;

    /// <summary>Maps the first row of a query, or returns <c>default</c> if there is none.</summary>
    public T? Single<T>(string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<object?> arguments)
    {
        using SqliteDataReader reader = Prepare(sql, arguments).ExecuteReader();
        return reader.Read() ? map(reader) : default;
    }

    /// <summary>Maps every row of a query.</summary>
    public List<T> Many<T>(string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<object?> arguments)
    {
        using SqliteDataReader reader = Prepare(sql, arguments).ExecuteReader();
        List<T> rows = [];
        while (reader.Read())
        {
            rows.Add(map(reader));
        }

        return rows;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SqliteCommand command in commands.Values)
        {
            command.Dispose();
        }

        connection.Dispose();
    }

    // Statement texts are constants of this assembly (values are parameters), so the cache stays small.
    private SqliteCommand Prepare(string sql, ReadOnlySpan<object?> arguments)
    {
        if (!commands.TryGetValue(sql, out SqliteCommand? command))
        {
            command = connection.CreateCommand();
#pragma warning disable CA2100 // all texts are this assembly's own
            command.CommandText = sql;
#pragma warning restore CA2100
            for (int i = 0; i < arguments.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i + 1}" });
            }

            commands.Add(sql, command);
        }

        for (int i = 0; i < arguments.Length; i++)
        {
            SqliteParameter parameter = command.Parameters[i];
            parameter.ResetSqliteType();
            parameter.Value = arguments[i] ?? DBNull.Value;
        }

        return command;
    }
}
