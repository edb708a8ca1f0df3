using System.Collections.Concurrent;

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Storage;

/// <summary>
/// The emulator's SQLite file in WAL mode, with one writer (<see cref="CommitQueue"/>), and as many readers as there are concurrent reads.
/// </summary>
internal sealed class Database : IDisposable
{
    private readonly ConcurrentBag<(SqliteSession Session, SyncReader Reader)> idleReaders = [];
    private readonly CommitQueue writer;
    private readonly string connectionString;
    private readonly DataFile file;

    private Database(string path, TimeProvider time, ILoggerFactory loggerFactory, bool isDurable)
    {
        file = DataFile.Take(path);
        connectionString = new SqliteConnectionStringBuilder { DataSource = file.Path, Pooling = false }.ToString();
        SqliteSession? session = null;
        try
        {
            session = Connect();
            Schema.Apply(session, path, isDurable);
            file.RestrictToOwner();
            writer = new CommitQueue(session, file.Path, time, loggerFactory.CreateLogger<CommitQueue>());
        }
        catch
        {
            session?.Dispose();
            file.Abandon();
            throw;
        }
    }

    /// <summary>
    /// Called on the writer's thread with the events of each committed batch, in order, before their changes are acknowledged. An exception of
    /// a handler is only logged.
    /// </summary>
    public event Action<IReadOnlyList<SyncEvent>>? Committed
    {
        add => writer.Committed += value;
        remove => writer.Committed -= value;
    }

    /// <summary>Opens the file, and creates it and its folder if they do not exist.</summary>
    /// <param name="isDurable">Whether a write waits until it is on the disk.</param>
    /// <exception cref="DataFileException">
    /// It cannot be opened or is not a database, another process has it open, or a newer version has written it.
    /// </exception>
    public static Database Open(string path, TimeProvider time, ILoggerFactory loggerFactory, bool isDurable = true)
    {
        try
        {
            return new Database(path, time, loggerFactory, isDurable);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or SqliteException)
        {
            throw new DataFileException($"{path} cannot be opened: {exception.Message}", exception);
        }
    }

    /// <summary>Runs a query over committed data. It sees every write that was acknowledged before this call.</summary>
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

    /// <summary>Runs several queries over the same state of the committed data.</summary>
    public T ReadSnapshot<T>(Func<SyncReader, T> queries) => EnumerateSnapshot<T>(reader => [queries(reader)]).Single();

    /// <summary>Reads one and the same state of what is committed, item by item, until the last one is read or the enumeration ends.</summary>
    public IEnumerable<T> EnumerateSnapshot<T>(Func<SyncReader, IEnumerable<T>> queries)
    {
        (SqliteSession Session, SyncReader Reader) lease = Lease();
        try
        {
            lease.Session.Execute("BEGIN");
            try
            {
                foreach (T item in queries(lease.Reader))
                {
                    yield return item;
                }
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

    /// <inheritdoc cref="CommitQueue.Marks"/>
    public CommitMarks Marks => writer.Marks;

    /// <inheritdoc cref="CommitQueue.FindRecentFailure"/>
    public DataFileException? FindRecentFailure() => writer.FindRecentFailure();

    /// <summary>Commits the queued changes and closes the file.</summary>
    public void Dispose()
    {
        writer.Dispose();
        while (idleReaders.TryTake(out (SqliteSession Session, SyncReader Reader) idle))
        {
            idle.Session.Dispose();
        }

        file.Dispose();
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
}
