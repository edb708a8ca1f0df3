namespace SyncFunctions.Emulator.Storage;

/// <summary>Reads committed data, and inside a change also what the change has written so far. Each table has its own file of code.</summary>
/// <remarks>Not safe for concurrent use; <see cref="Database"/> gives a reader to one caller at a time.</remarks>
internal partial class SyncReader(SqliteSession session)
{
    private protected SqliteSession Session { get; } = session;

    /// <summary>Checks whether anything has expired, is left over from a removed object, or is an event beyond the log's size.</summary>
    public bool HasLeftovers(DateTimeOffset now, long eventRetention) => Session.Scalar(
        """
        SELECT EXISTS (SELECT 1 FROM objects WHERE date_expires <= ?1) + EXISTS (SELECT 1 FROM items WHERE date_expires <= ?1)
            + EXISTS (SELECT 1 FROM abandoned) + EXISTS (SELECT 1 FROM events WHERE id <= (SELECT max(id) FROM events) - ?2)
        """,
        now.ToUnixTimeMilliseconds(), eventRetention) > 0;
}
