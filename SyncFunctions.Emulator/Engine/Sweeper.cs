using Microsoft.Extensions.Logging;

using SyncFunctions.Emulator.Storage;

namespace SyncFunctions.Emulator.Engine;

/// <summary>
/// Removes in the background what has expired (it was invisible already), what removed objects left behind, and the oldest events of the log.
/// It works in small portions, so that no caller's write waits long behind it.
/// </summary>
internal sealed partial class Sweeper(SyncEngine engine, TimeProvider time, ILogger<Sweeper> logger) : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;

    public void Start() => running = RunAsync(stopping.Token);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(Interval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                while (await engine.SweepAsync(cancellationToken))
                {
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Log.SweepFailed(logger, exception);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Sweeping expired data failed; it stays invisible and is tried again")]
        public static partial void SweepFailed(ILogger logger, Exception exception);
    }
}

internal sealed partial class SyncEngine
{
    private const int Portion = 200;

    /// <summary>How many events the log keeps, of all services together.</summary>
    public const int EventRetention = 50_000;

    /// <summary>Removes one portion of what is no longer needed.</summary>
    /// <returns>True where there may be more.</returns>
    public Task<bool> SweepAsync(CancellationToken cancellationToken)
    {
        // Most of the time there is nothing to do, and a look costs the writer nothing.
        bool idle = database.Read(session => session.Scalar(
            """
            SELECT EXISTS (SELECT 1 FROM objects WHERE date_expires <= $1) + EXISTS (SELECT 1 FROM items WHERE date_expires <= $1)
                + EXISTS (SELECT 1 FROM abandoned) + EXISTS (SELECT 1 FROM events WHERE id <= (SELECT max(id) FROM events) - $2)
            """,
            Now, EventRetention)) == 0;
        return idle ? Task.FromResult(false) : WriteAsync(Sweep, cancellationToken);
    }

    private static bool Sweep(WriteContext write)
    {
        SqliteSession session = write.Session;
        long now = write.Now.ToUnixTimeMilliseconds();
        List<SyncObject> objects = session.Many(
            $"SELECT {Rows.Object} FROM objects WHERE date_expires <= $1 LIMIT {Portion}", Rows.ToObject, now);
        objects.ForEach(expired => RemoveObject(write, expired, Caller.System));

        List<(long ParentId, SyncItem Item)> items = session.Many(
            $"SELECT {Rows.Item}, object_id FROM items WHERE date_expires <= $1 LIMIT {Portion}", row => (row.GetInt64(7), Rows.ToItem(row)), now);
        foreach ((long parentId, SyncItem item) in items)
        {
            if (session.Single($"SELECT {Rows.Object} FROM objects WHERE id = $1", Rows.ToObject, parentId) is { } parent)
            {
                RemoveItem(write, parent, item, Caller.System);
            }
            else
            {
                session.Execute("DELETE FROM items WHERE object_id = $1 AND key = $2", parentId, item.Key.Value);
            }
        }

        int leftovers = SweepAbandoned(session);
        int events = session.Execute(
            $"DELETE FROM events WHERE id IN (SELECT id FROM events WHERE id <= (SELECT max(id) FROM events) - $1 ORDER BY id LIMIT {Portion})",
            EventRetention);
        return objects.Count + items.Count + leftovers + events > 0;
    }

    private static int SweepAbandoned(SqliteSession session)
    {
        if (session.Scalar("SELECT object_id FROM abandoned LIMIT 1") is not { } id)
        {
            return 0;
        }

        int removed = session.Execute($"DELETE FROM items WHERE id IN (SELECT id FROM items WHERE object_id = $1 LIMIT {Portion})", id);
        if (removed == 0)
        {
            session.Execute("DELETE FROM permissions WHERE object_id = $1", id);
            session.Execute("DELETE FROM abandoned WHERE object_id = $1", id);
        }

        return removed + 1;
    }
}
