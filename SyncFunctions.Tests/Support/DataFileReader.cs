using Microsoft.Data.Sqlite;

namespace SyncFunctions.Tests.Support;

/// <summary>Looks into an emulator's data file, past its API.</summary>
internal sealed class DataFileReader(string path)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly string connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadOnly,
        Pooling = false,
    }.ToString();

    public object? Query(string sql)
    {
        using SqliteConnection connection = new(connectionString);
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // every text is one of this assembly's own
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    public long Count(string table, string condition = "true") => (long)Query($"SELECT count(*) FROM {table} WHERE {condition}")!;

    /// <summary>Waits until no row of a table fulfils a condition.</summary>
    public async Task UntilGoneAsync(string table, string condition = "true")
    {
        using CancellationTokenSource expired = new(Timeout);
        while (Count(table, condition) > 0)
        {
            await Task.Delay(5, expired.Token);
        }
    }

    /// <summary>Waits until a sweeper with the clock has removed what has expired and what removed objects left behind.</summary>
    public async Task UntilSweptAsync(TimeProvider time)
    {
        string expired = $"date_expires <= {time.GetUtcNow().ToUnixTimeMilliseconds()}";
        await UntilGoneAsync("objects", expired);
        await UntilGoneAsync("items", expired);
        await UntilGoneAsync("abandoned");
    }
}
