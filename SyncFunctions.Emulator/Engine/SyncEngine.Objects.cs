using SyncFunctions.Emulator.Storage;

namespace SyncFunctions.Emulator.Engine;

internal sealed partial class SyncEngine
{
    private const string Live = "(date_expires IS NULL OR date_expires > $3)";

    /// <summary>Creates an object. A unique name is taken while an object of the same kind and service that has not expired bears it.</summary>
    /// <param name="data">A document's JSON text; null for the other kinds.</param>
    public Task<SyncObject> CreateObjectAsync(
        SyncService service, ObjectKind kind, string? uniqueName, string? data, Expiry expiry, Caller caller, CancellationToken cancellationToken) =>
        WriteAsync(
            write =>
            {
                if (uniqueName is not null && FindObjectEvenExpired(write.Session, service, kind, uniqueName) is { } namesake)
                {
                    if (IsLive(namesake.DateExpires, write.Now))
                    {
                        throw new SyncFailureException(SyncFailure.UniqueNameExists);
                    }

                    RemoveObject(write, namesake, Caller.System);
                }

                return InsertObject(write, service, kind, uniqueName, data, expiry, caller);
            },
            cancellationToken);

    /// <summary>Finds an object of a kind by its SID or unique name.</summary>
    public SyncObject GetObject(SyncService service, ObjectKind kind, string sidOrName) =>
        database.Read(session => RequireObject(session, service, kind, sidOrName, time.GetUtcNow()));

    /// <summary>Reads a service's objects of a kind in the order of their creation.</summary>
    public List<SyncObject> GetObjects(SyncService service, ObjectKind kind, PageRange range) => database.Read(session => session.Many(
        $"SELECT {Rows.Object} FROM objects WHERE service_id = $4 AND kind = $5 AND {Live} AND {range.Sql("id")}",
        Rows.ToObject,
        range.Start, range.Limit, Now, service.Id, (int)kind));

    /// <summary>Replaces a document's data, or changes an object's expiry, or both.</summary>
    /// <param name="data">The new JSON text; null leaves data and revision as they are.</param>
    /// <param name="revision">The revision the object must have; null for any.</param>
    public Task<SyncObject> UpdateObjectAsync(
        SyncService service, ObjectKind kind, string sidOrName, string? data, Expiry expiry, long? revision, Caller caller,
        CancellationToken cancellationToken) => WriteAsync(
        write =>
        {
            SyncObject current = RequireObject(write.Session, service, kind, sidOrName, write.Now);
            RequireRevision(revision, current.Revision);
            SyncObject updated = current with
            {
                Data = data ?? current.Data,
                LastEventId = data is null ? current.LastEventId : current.LastEventId + 1,
                DateUpdated = write.Now,
                DateExpires = expiry.Apply(current.DateExpires, write.Now),
            };
            SaveObject(write, updated);
            if (data is not null)
            {
                write.Emit(EventOf(updated, SyncChange.Updated, write.Now, caller));
            }

            return updated;
        },
        cancellationToken);

    /// <summary>Removes an object with everything in it.</summary>
    /// <param name="revision">The revision the object must have; null for any.</param>
    public Task RemoveObjectAsync(
        SyncService service, ObjectKind kind, string sidOrName, long? revision, Caller caller, CancellationToken cancellationToken) => WriteAsync(
        write =>
        {
            SyncObject current = RequireObject(write.Session, service, kind, sidOrName, write.Now);
            RequireRevision(revision, current.Revision);
            RemoveObject(write, current, caller);
            return current;
        },
        cancellationToken);

    /// <summary>Publishes a message to a stream and returns the message's SID. Messages are passed on, not kept.</summary>
    public Task<string> PublishMessageAsync(
        SyncService service, string sidOrName, string data, Caller caller, CancellationToken cancellationToken) => WriteAsync(
        write =>
        {
            SyncObject stream = RequireObject(write.Session, service, ObjectKind.Stream, sidOrName, write.Now);
            string sid = Sid.New(Sid.StreamMessage);
            write.Emit(EventOf(stream, SyncChange.MessagePublished, write.Now, caller) with { Key = new ItemKey(sid), Data = data });
            return sid;
        },
        cancellationToken);

    private static SyncObject InsertObject(
        WriteContext write, SyncService service, ObjectKind kind, string? uniqueName, string? data, Expiry expiry, Caller caller)
    {
        SyncObject created = new(
            0, service.Id, kind, Sid.New(kind.Prefix()), uniqueName, kind == ObjectKind.Document ? 0 : -1, data, write.Now, write.Now,
            expiry.Apply(null, write.Now), caller.Identity);
        // The service was looked up before this change was queued, and may be gone by now.
        int inserted = write.Session.Execute(
            """
            INSERT INTO objects (service_id, kind, sid, unique_name, last_event_id, data, date_created, date_updated, date_expires, created_by)
            SELECT $1, $2, $3, $4, $5, $6, $7, $7, $8, $9 WHERE EXISTS (SELECT 1 FROM services WHERE id = $1)
            """,
            service.Id, (int)kind, created.Sid, uniqueName, created.LastEventId, data, write.Now.ToUnixTimeMilliseconds(),
            created.DateExpires?.ToUnixTimeMilliseconds(), caller.Identity);
        if (inserted == 0)
        {
            throw new SyncFailureException(SyncFailure.ServiceNotFound);
        }

        created = created with { Id = write.Session.LastInsertId };
        write.Emit(EventOf(created, SyncChange.Created, write.Now, caller));
        return created;
    }

    private static void SaveObject(WriteContext write, SyncObject updated) => write.Session.Execute(
        "UPDATE objects SET last_event_id = $2, data = $3, date_updated = $4, date_expires = $5 WHERE id = $1",
        updated.Id, updated.LastEventId, updated.Data, updated.DateUpdated.ToUnixTimeMilliseconds(),
        updated.DateExpires?.ToUnixTimeMilliseconds());

    private static void RemoveObject(WriteContext write, SyncObject removed, Caller caller)
    {
        write.Session.Execute("DELETE FROM objects WHERE id = $1", removed.Id);
        write.Session.Execute("INSERT OR IGNORE INTO abandoned VALUES ($1)", removed.Id);
        write.Emit(EventOf(removed, SyncChange.Removed, write.Now, caller) with { Data = null });
    }

    private static SyncEvent EventOf(SyncObject source, SyncChange change, DateTimeOffset date, Caller caller) => new(
        source.ServiceId, source.Id, source.Kind, change, source.Sid, source.UniqueName, source.LastEventId, null, source.Data, date,
        source.DateExpires, caller.Identity)
    {
        Origin = caller.Origin,
    };

    private static bool IsLive(DateTimeOffset? expires, DateTimeOffset now) => expires is null || expires > now;

    private static void RequireRevision(long? required, long actual)
    {
        if (required is not null && required != actual)
        {
            throw new SyncFailureException(SyncFailure.RevisionMismatch);
        }
    }

    private static SyncObject? FindObjectEvenExpired(SqliteSession session, SyncService service, ObjectKind kind, string sidOrName) =>
        session.Single(
            Sid.HasShape(sidOrName)
                ? $"SELECT {Rows.Object} FROM objects WHERE sid = $3 AND service_id = $1 AND kind = $2"
                : $"SELECT {Rows.Object} FROM objects WHERE service_id = $1 AND kind = $2 AND unique_name = $3",
            Rows.ToObject,
            service.Id, (int)kind, sidOrName);

    private static SyncObject RequireObject(SqliteSession session, SyncService service, ObjectKind kind, string sidOrName, DateTimeOffset now) =>
        FindObjectEvenExpired(session, service, kind, sidOrName) is { } found && IsLive(found.DateExpires, now)
            ? found
            : throw new SyncFailureException(SyncFailure.ObjectNotFound);
}
