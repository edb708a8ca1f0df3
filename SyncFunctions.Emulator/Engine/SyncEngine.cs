using System.Collections.Concurrent;

using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Storage;

namespace SyncFunctions.Emulator.Engine;

/// <summary>
/// Implements Sync's objects and their rules, independently of the protocols. Reads see committed data; writes complete once they are durable.
/// Callers must have checked the form of their arguments (names, JSON, sizes).
/// </summary>
internal sealed partial class SyncEngine(Database database, TimeProvider time)
{
    /// <summary>The unique name of the service that always exists.</summary>
    public const string DefaultService = "default";

    private readonly ConcurrentDictionary<string, (SyncService Service, long Commits)> services = new(StringComparer.Ordinal);

    /// <summary>Gets the number of commits so far; see <see cref="IsUnchanged"/>.</summary>
    public long Commits => database.Marks.Current;

    /// <summary>Tells whether no commit since that number touched an object, an item in it, or its service.</summary>
    /// <param name="commits">What <see cref="Commits"/> was before the object was read.</param>
    public bool IsUnchanged(SyncObject source, long commits) =>
        database.Marks.IsObjectUnchanged(source.Id, commits) && database.Marks.IsServiceUnchanged(source.ServiceId, commits);

    /// <summary>Raised on the writer's thread for each batch of committed changes, with their events in order. Handlers must not wait.</summary>
    public event Action<IReadOnlyList<SyncEvent>>? Committed
    {
        add => database.Committed += value;
        remove => database.Committed -= value;
    }

    /// <summary>Checks that a write succeeds now, and that none has failed recently.</summary>
    /// <exception cref="DataFileException">Writes fail.</exception>
    public async Task CheckWritableAsync(CancellationToken cancellationToken)
    {
        await database.WriteAsync(write => write.WriteNothingNew(), cancellationToken);
        if (database.FindRecentFailure() is { } failure)
        {
            throw failure;
        }
    }

    private static SyncEvent EventOf(SyncObject source, SyncChange change, DateTimeOffset date, Caller caller) => new(
        source.ServiceId, source.Id, source.Kind, change, source.Sid, source.UniqueName, source.LastEventId, null, source.Data, date,
        source.DateExpires, caller.Identity)
    {
        Origin = caller.Origin,
        EndpointId = caller.EndpointId,
    };

    private static SyncEvent EventOf(SyncObject parent, SyncItem item, SyncChange change, DateTimeOffset date, Caller caller) =>
        EventOf(parent, change, date, caller) with { Key = item.Key, Data = item.Data, DateExpires = item.DateExpires };

    private static bool IsLive(DateTimeOffset? expires, DateTimeOffset now) => expires is null || expires > now;

    private static void RequireRevision(long? required, long actual)
    {
        if (required is not null && required != actual)
        {
            throw new SyncFailureException(SyncFailure.RevisionMismatch);
        }
    }
}
