using System.Collections.Concurrent;

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Storage;

/// <summary>
/// The emulator's SQLite file in WAL mode: one writer (<see cref="CommitQueue"/>), and as many readers as there are concurrent reads.
/// </summary>
internal sealed class Database : IDisposable
{
    private readonly ConcurrentBag<(SqliteSession Session, SyncReader Reader)> idleReaders = [];
    private readonly CommitQueue writer;
    private readonly string connectionString;
    private readonly FileStream fileLock;

    private Database(string path, TimeProvider time, ILoggerFactory loggerFactory)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        fileLock = Lock(path);
        connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString();
        SqliteSession? session = null;
        try
        {
            session = Connect();
            Schema.Apply(session, path);
            writer = new CommitQueue(session, path, time, loggerFactory.CreateLogger<CommitQueue>());
        }
        catch
        {
            session?.Dispose();
            fileLock.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Called on the writer's thread with the events of each committed batch, in order, before their changes are acknowledged. An exception of
    /// a handler is logged, and no more.
    /// </summary>
    public event Action<IReadOnlyList<SyncEvent>>? Committed
    {
        add => writer.Committed += value;
        remove => writer.Committed -= value;
    }

    /// <summary>Opens the file, and creates it with its folder if it is not there.</summary>
    /// <exception cref="DataFileException">
    /// It cannot be opened or is no database, another process has it open, or it was written by a newer version.
    /// </exception>
    public static Database Open(string path, TimeProvider time, ILoggerFactory loggerFactory)
    {
        try
        {
            return new Database(Path.GetFullPath(path), time, loggerFactory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or SqliteException)
        {
            throw new DataFileException($"{path} cannot be opened: {exception.Message}", exception);
        }
    }

    /// <summary>Runs a query over what is committed. A write that was acknowledged before this call is seen.</summary>
    public T Read<T>(Func<SyncReader, T> query)
    {
        (SqliteSession Session, SyncReader Reader) lease = Lease();
        try
        {
            return query(lease.Reader);
        }
        finally
        {
            idleReaders.Add(lease);
        }
    }

    /// <summary>Runs several queries over one and the same state of what is committed.</summary>
    public T ReadSnapshot<T>(Func<SyncReader, T> queries)
    {
        (SqliteSession Session, SyncReader Reader) lease = Lease();
        try
        {
            lease.Session.Execute("BEGIN");
            try
            {
                return queries(lease.Reader);
            }
            finally
            {
                lease.Session.Execute("COMMIT");
            }
        }
        finally
        {
            idleReaders.Add(lease);
        }
    }

    /// <inheritdoc cref="CommitQueue.WriteAsync"/>
    public Task<T> WriteAsync<T>(Func<SyncWriter, T> change, CancellationToken cancellationToken) => writer.WriteAsync(change, cancellationToken);

    /// <inheritdoc cref="CommitQueue.FindRecentFailure"/>
    public DataFileException? FindRecentFailure() => writer.FindRecentFailure();

    /// <summary>Commits what is queued and closes the file.</summary>
    public void Dispose()
    {
        writer.Dispose();
        while (idleReaders.TryTake(out (SqliteSession Session, SyncReader Reader) idle))
        {
            idle.Session.Dispose();
        }

        fileLock.Dispose();
    }

    private (SqliteSession Session, SyncReader Reader) Lease()
    {
        if (idleReaders.TryTake(out (SqliteSession Session, SyncReader Reader) idle))
        {
            return idle;
        }

        SqliteSession session = Connect();
        return (session, new SyncReader(session));
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
            throw new DataFileException(
                $"{path} is in use by another process. Stop that emulator, or give this one another Emulator__DataFile.", exception);
        }
    }

    // The system's own error: ERROR_SHARING_VIOLATION of Windows, EWOULDBLOCK of Linux and macOS.
    private static bool IsLocked(IOException exception) => exception.HResult is unchecked((int)0x80070020) or 11 or 35;
}
