using System.Collections.Concurrent;

using Microsoft.Data.Sqlite;

namespace SyncFunctions.Emulator.Storage;

/// <summary>
/// The emulator's SQLite file in WAL mode: one writer (<see cref="Writer"/>), and as many readers as there are concurrent reads.
/// </summary>
internal sealed class Database : IDisposable
{
    private readonly ConcurrentBag<SqliteSession> idleReaders = [];
    private readonly string connectionString;
    private readonly FileStream fileLock;

    private Database(string path, TimeProvider time)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        fileLock = Lock(path);
        connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString();
        try
        {
            SqliteSession session = Connect();
            Schema.Apply(session, path);
            Writer = new CommitQueue(session, time);
        }
        catch
        {
            fileLock.Dispose();
            throw;
        }
    }

    /// <summary>The only way to change the file.</summary>
    public CommitQueue Writer { get; }

    /// <summary>Opens the file, and creates it with its folder where it is not there.</summary>
    /// <exception cref="EmulatorStartException">
    /// It cannot be opened or is no database, another process has it open, or it was written by a newer version.
    /// </exception>
    public static Database Open(string path, TimeProvider time)
    {
        try
        {
            return new Database(Path.GetFullPath(path), time);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or SqliteException)
        {
            throw new EmulatorStartException($"Emulator__DataFile: {path} cannot be opened: {exception.Message}", exception);
        }
    }

    /// <summary>Runs a query over what is committed. A write that was acknowledged before this call is seen.</summary>
    public T Read<T>(Func<SqliteSession, T> query)
    {
        if (!idleReaders.TryTake(out SqliteSession? session))
        {
            session = Connect();
        }

        try
        {
            return query(session);
        }
        finally
        {
            idleReaders.Add(session);
        }
    }

    /// <summary>Runs several queries over one and the same state of what is committed.</summary>
    public T ReadSnapshot<T>(Func<SqliteSession, T> queries) => Read(session =>
    {
        session.Execute("BEGIN");
        try
        {
            return queries(session);
        }
        finally
        {
            session.Execute("COMMIT");
        }
    });

    /// <summary>Commits what is queued and closes the file.</summary>
    public void Dispose()
    {
        Writer.Dispose();
        while (idleReaders.TryTake(out SqliteSession? session))
        {
            session.Dispose();
        }

        fileLock.Dispose();
    }

    private SqliteSession Connect()
    {
        SqliteConnection connection = new(connectionString);
        connection.Open();
        SqliteSession session = new(connection);
        session.Execute("PRAGMA busy_timeout = 5000");
        return session;
    }

    // SQLite alone would let a second emulator open the file and then fail now and then with SQLITE_BUSY. The system
    // releases this lock however the process ends.
    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (IsLocked(exception))
        {
            throw new EmulatorStartException(
                $"Emulator__DataFile: {path} is in use by another process. Stop that emulator, or give this one another Emulator__DataFile.", exception);
        }
    }

    // The system's own error: ERROR_SHARING_VIOLATION of Windows, EWOULDBLOCK of Linux and macOS.
    private static bool IsLocked(IOException exception) => exception.HResult is unchecked((int)0x80070020) or 11 or 35;
}
