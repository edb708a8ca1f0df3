using System.Diagnostics;

using SyncFunctions.Emulator;

using static SQLitePCL.raw;

namespace SyncFunctions.Benchmarks;

/// <summary>
/// SQLite itself: on one thread, with prepared statements, the rows that the emulator writes for a new map item, in groups of the same size. The data
/// file was made by the emulator, so the tables are its own; so are the pragmas.
/// </summary>
internal sealed class BareSqlite : IDisposable
{
    private readonly DirectoryInfo folder;
    private readonly SQLitePCL.sqlite3 database;
    private readonly SQLitePCL.sqlite3_stmt begin;
    private readonly SQLitePCL.sqlite3_stmt commit;
    private readonly SQLitePCL.sqlite3_stmt updateObject;
    private readonly SQLitePCL.sqlite3_stmt insertItem;
    private readonly SQLitePCL.sqlite3_stmt insertEvent;
    private readonly long objectId;
    private readonly string objectSid;
    private long lastEventId;

    private BareSqlite(DirectoryInfo folder, string dataFile)
    {
        this.folder = folder;
        Check(sqlite3_open_v2(dataFile, out database, SQLITE_OPEN_READWRITE, null));
        Execute("PRAGMA synchronous = FULL");
        Execute("PRAGMA journal_size_limit = 8388608");
        using SQLitePCL.sqlite3_stmt find = Prepare("SELECT id, sid, last_event_id FROM objects WHERE unique_name = 'map'");
        if (sqlite3_step(find) != SQLITE_ROW)
        {
            throw new InvalidOperationException("The map is missing.");
        }

        objectId = sqlite3_column_int64(find, 0);
        objectSid = sqlite3_column_text(find, 1).utf8_to_string();
        lastEventId = sqlite3_column_int64(find, 2);
        begin = Prepare("BEGIN IMMEDIATE");
        commit = Prepare("COMMIT");
        updateObject = Prepare("UPDATE objects SET last_event_id = ?2, data = ?3, date_updated = ?4, date_expires = ?5 WHERE id = ?1");
        insertItem = Prepare(
            """
            INSERT INTO items (object_id, key, event_id, data, date_created, date_updated, date_expires, created_by)
            VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7)
            """);
        insertEvent = Prepare(
            """
            INSERT INTO events (service_id, object_id, kind, change, object_sid, unique_name, event_id, key, data, date, date_expires, identity,
                endpoint_id)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            """);
    }

    /// <summary>Creates a data file with one empty map, and opens it.</summary>
    public static async Task<BareSqlite> CreateAsync()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("syncfunctions-bench-");
        string dataFile = Path.Combine(folder.FullName, "sync.db");
        await using (EmulatorServer emulator = await LongLists.StartAsync(dataFile))
        {
            using HttpClient sync = SyncClients.Create(emulator.Url, 1);
            await BenchApp.PostAsync(sync, "Maps", ("UniqueName", "map"));
        }

        return new BareSqlite(folder, dataFile);
    }

    /// <summary>Writes map items for some time.</summary>
    /// <param name="groupSize">How many share a commit, on average.</param>
    /// <returns>How many were written in a second.</returns>
    public double Write(double groupSize, TimeSpan length)
    {
        Stopwatch watch = Stopwatch.StartNew();
        long written = 0;
        for (long group = 1; watch.Elapsed < length; group++)
        {
            Run(begin);
            for (; written < (long)(group * groupSize); written++)
            {
                WriteItem();
            }

            Run(commit);
        }

        return written / watch.Elapsed.TotalSeconds;
    }

    public void Dispose()
    {
        foreach (SQLitePCL.sqlite3_stmt statement in (SQLitePCL.sqlite3_stmt[])[begin, commit, updateObject, insertItem, insertEvent])
        {
            statement.Dispose();
        }

        database.Dispose();
        folder.Delete(recursive: true);
    }

    private void WriteItem()
    {
        string key = Guid.NewGuid().ToString();
        const string data = """{"status":"available"}""";
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        lastEventId++;
        Run(updateObject, objectId, lastEventId, null, now, null);
        Run(insertItem, objectId, key, lastEventId, data, now, null, "system");
        Run(insertEvent, 1L, objectId, 2L, 1L, objectSid, "map", lastEventId, key, data, now, null, "system", null);
    }

    private void Execute(string sql)
    {
        using SQLitePCL.sqlite3_stmt statement = Prepare(sql);
        while (sqlite3_step(statement) == SQLITE_ROW)
        {
        }
    }

    private SQLitePCL.sqlite3_stmt Prepare(string sql)
    {
        Check(sqlite3_prepare_v2(database, sql, out SQLitePCL.sqlite3_stmt statement));
        return statement;
    }

    private void Run(SQLitePCL.sqlite3_stmt statement, params ReadOnlySpan<object?> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            Check(values[i] switch
            {
                null => sqlite3_bind_null(statement, i + 1),
                long number => sqlite3_bind_int64(statement, i + 1, number),
                object text => sqlite3_bind_text(statement, i + 1, (string)text),
            });
        }

        if (sqlite3_step(statement) != SQLITE_DONE)
        {
            throw new InvalidOperationException(sqlite3_errmsg(database).utf8_to_string());
        }

        Check(sqlite3_reset(statement));
    }

    private void Check(int result)
    {
        if (result != SQLITE_OK)
        {
            throw new InvalidOperationException(database is null ? $"SQLite: {result}" : sqlite3_errmsg(database).utf8_to_string());
        }
    }
}
