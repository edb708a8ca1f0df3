using System.Globalization;

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

using SyncFunctions.Emulator;

namespace SyncFunctions.Benchmarks;

/// <summary>Lists that are filled in the data file itself: a million requests would take longer than all that is measured.</summary>
internal static class LongLists
{
    /// <summary>Creates a data file with a list of each length.</summary>
    public static async Task CreateAsync(string dataFile, params int[] lengths)
    {
        await using (EmulatorServer emulator = await StartAsync(dataFile))
        {
            using HttpClient sync = SyncClients.Create(emulator.Url, 1);
            foreach (int length in lengths)
            {
                await BenchApp.PostAsync(sync, "Lists", ("UniqueName", NameOf(length)));
                await BenchApp.PostAsync(sync, $"Lists/{NameOf(length)}/Items", ("Data", """{"call":"CA00000000000000000000000000000000","status":"completed"}"""));
            }
        }

        Multiply(dataFile, lengths);
    }

    /// <summary>The unique name of a list.</summary>
    public static string NameOf(int length) => string.Create(CultureInfo.InvariantCulture, $"list-of-{length}");

    /// <summary>Starts an emulator in this process.</summary>
    public static Task<EmulatorServer> StartAsync(string dataFile) =>
        EmulatorServer.StartAsync(new EmulatorOptions { Port = 0, DataFile = dataFile }, NullLoggerFactory.Instance, TimeProvider.System);

    private static void Multiply(string dataFile, int[] lengths)
    {
        using SqliteConnection connection = new($"Data Source={dataFile}");
        connection.Open();
        foreach (int length in lengths)
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = """
                WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < $length)
                INSERT INTO items (object_id, key, event_id, data, date_created, date_updated, created_by)
                SELECT object_id, n, n, data, date_created, date_updated, created_by FROM items, numbers
                WHERE object_id = (SELECT id FROM objects WHERE unique_name = $name);
                UPDATE objects SET last_event_id = $length - 1 WHERE unique_name = $name;
                """;
            command.Parameters.AddWithValue("$length", length);
            command.Parameters.AddWithValue("$name", NameOf(length));
            command.ExecuteNonQuery();
        }

        SqliteConnection.ClearAllPools();
    }
}
