using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Storage;

namespace SyncFunctions.Emulator.Engine;

internal sealed partial class SyncEngine
{
    /// <summary>Creates an object. A unique name is taken while an object of the same kind and service has it and has not expired.</summary>
    /// <param name="data">A document's JSON text, or null for the other kinds.</param>
    public Task<SyncObject> CreateObjectAsync(
        SyncService service, ObjectKind kind, string? uniqueName, string? data, Expiry expiry, Caller caller, CancellationToken cancellationToken) =>
        database.WriteAsync(
            write =>
            {
                if (uniqueName is not null && write.FindObject(service.Id, kind, uniqueName) is { } namesake)
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
        database.Read(read => RequireObject(read, service, kind, sidOrName, time.GetUtcNow()));

    /// <summary>Reads a service's objects of a kind in order of creation.</summary>
    public List<SyncObject> GetObjects(SyncService service, ObjectKind kind, PageRange range) =>
        database.Read(read => read.GetObjects(service.Id, kind, range, time.GetUtcNow()));

    /// <summary>Replaces a document's data, or changes an object's expiry, or both.</summary>
    /// <param name="data">The new JSON text, or null to leave data and revision unchanged.</param>
    /// <param name="revision">The revision that the object must have, or null for any.</param>
    public Task<SyncObject> UpdateObjectAsync(
        SyncService service, ObjectKind kind, string sidOrName, string? data, Expiry expiry, long? revision, Caller caller,
        CancellationToken cancellationToken) => database.WriteAsync(
        write =>
        {
            SyncObject current = RequireObject(write, service, kind, sidOrName, write.Now);
            RequireRevision(revision, current.Revision);
            SyncObject updated = current with
            {
                Data = data ?? current.Data,
                LastEventId = data is null ? current.LastEventId : current.LastEventId + 1,
                DateUpdated = write.Now,
                DateExpires = expiry.Apply(current.DateExpires, write.Now),
            };
            write.SaveObject(updated);
            if (data is not null)
            {
                write.AppendEvent(EventOf(updated, SyncChange.Updated, write.Now, caller));
            }

            return updated;
        },
        cancellationToken);

    /// <summary>Removes an object with everything in it.</summary>
    /// <param name="revision">The revision that the object must have, or null for any.</param>
    public Task RemoveObjectAsync(
        SyncService service, ObjectKind kind, string sidOrName, long? revision, Caller caller, CancellationToken cancellationToken) =>
        database.WriteAsync(
            write =>
            {
                SyncObject current = RequireObject(write, service, kind, sidOrName, write.Now);
                RequireRevision(revision, current.Revision);
                RemoveObject(write, current, caller);
                return current;
            },
            cancellationToken);

    /// <summary>Publishes a message to a stream and returns the message's SID. Messages are delivered, not stored.</summary>
    public Task<string> PublishMessageAsync(
        SyncService service, string sidOrName, string data, Caller caller, CancellationToken cancellationToken) => database.WriteAsync(
        write =>
        {
            SyncObject stream = RequireObject(write, service, ObjectKind.Stream, sidOrName, write.Now);
            string sid = Sid.New(Sid.StreamMessage);
            write.AppendEvent(EventOf(stream, SyncChange.MessagePublished, write.Now, caller) with { Key = new ItemKey(sid), Data = data });
            return sid;
        },
        cancellationToken);

    private static SyncObject InsertObject(
        SyncWriter write, SyncService service, ObjectKind kind, string? uniqueName, string? data, Expiry expiry, Caller caller)
    {
        SyncObject created = new(
            0, service.Id, kind, Sid.New(kind.Prefix()), uniqueName, kind == ObjectKind.Document ? 0 : -1, data, write.Now, write.Now,
            expiry.Apply(null, write.Now), caller.Identity);
        // The service was found before this change was queued, and may have been removed since.
        long id = write.InsertObject(created) ?? throw new SyncFailureException(SyncFailure.ServiceNotFound);
        created = created with { Id = id };
        GrantAllToCreator(write, created, caller);
        write.AppendEvent(EventOf(created, SyncChange.Created, write.Now, caller));
        return created;
    }

    private static void RemoveObject(SyncWriter write, SyncObject removed, Caller caller)
    {
        write.RemoveObject(removed.Id);
        write.AppendEvent(EventOf(removed, SyncChange.Removed, write.Now, caller) with { Data = null });
    }

    private static SyncObject RequireObject(SyncReader read, SyncService service, ObjectKind kind, string sidOrName, DateTimeOffset now) =>
        read.FindObject(service.Id, kind, sidOrName) is { } found && IsLive(found.DateExpires, now)
            ? found
            : throw new SyncFailureException(SyncFailure.ObjectNotFound);
}
