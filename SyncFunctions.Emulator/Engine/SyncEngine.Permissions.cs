using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Storage;

namespace SyncFunctions.Emulator.Engine;

internal sealed partial class SyncEngine
{
    /// <summary>Reads the permissions set on an object, by identity.</summary>
    public (SyncObject Parent, List<SyncPermission> Permissions) GetPermissions(
        SyncService service, ObjectKind kind, string sidOrName, PageRange range) => database.Read(read =>
    {
        SyncObject parent = RequireObject(read, service, kind, sidOrName, time.GetUtcNow());
        return (parent, read.GetPermissions(parent.Id, range));
    });

    /// <summary>Finds the permission of an identity on an object.</summary>
    public (SyncObject Parent, SyncPermission Permission) GetPermission(
        SyncService service, ObjectKind kind, string sidOrName, string identity) => database.Read(read =>
    {
        SyncObject parent = RequireObject(read, service, kind, sidOrName, time.GetUtcNow());
        return (parent, read.FindPermission(parent.Id, identity) ?? throw new SyncFailureException(SyncFailure.PermissionNotFound));
    });

    /// <summary>Sets the permission of an identity, and replaces any existing one.</summary>
    public Task<SyncObject> SetPermissionAsync(
        SyncService service, ObjectKind kind, string sidOrName, SyncPermission permission, CancellationToken cancellationToken) =>
        database.WriteAsync(
            write =>
            {
                SyncObject parent = RequireObject(write, service, kind, sidOrName, write.Now);
                write.SavePermission(parent.Id, permission);
                write.AnnounceAccess(EventOf(parent, SyncChange.AccessChanged, write.Now, new Caller(permission.Identity)));
                return parent;
            },
            cancellationToken);

    /// <summary>Removes a permission, which leaves the identity without any.</summary>
    public Task RemovePermissionAsync(
        SyncService service, ObjectKind kind, string sidOrName, string identity, CancellationToken cancellationToken) => database.WriteAsync(
        write =>
        {
            SyncObject parent = RequireObject(write, service, kind, sidOrName, write.Now);
            if (!write.RemovePermission(parent.Id, identity))
            {
                throw new SyncFailureException(SyncFailure.PermissionNotFound);
            }

            write.AnnounceAccess(EventOf(parent, SyncChange.AccessChanged, write.Now, new Caller(identity)));
            return parent;
        },
        cancellationToken);

    /// <summary>Checks that an identity has a right to an object, if the object's service enforces permissions. Streams have no permissions.</summary>
    /// <exception cref="SyncFailureException">It lacks the right.</exception>
    public void RequireRight(SyncObject source, string identity, Func<SyncPermission, bool> right)
    {
        if (source.Kind != ObjectKind.Stream && !database.Read(read => HasRight(read, source, identity, right)))
        {
            throw new SyncFailureException(SyncFailure.Forbidden);
        }
    }

    private static bool HasRight(SyncReader read, SyncObject source, string identity, Func<SyncPermission, bool> right)
    {
        // Read each time, because settings change while clients are connected. If the service has been removed, nothing is allowed.
        bool isEnforced = read.FindService(source.ServiceId)?.Settings.AclEnabled ?? true;
        return !isEnforced || (read.FindPermission(source.Id, identity) is { } permission && right(permission));
    }

    // An identity that creates an object has all rights to it.
    private static void GrantAllToCreator(SyncWriter write, SyncObject created, Caller caller)
    {
        if (created.Kind != ObjectKind.Stream && caller != Caller.System
            && write.FindService(created.ServiceId) is { Settings.AclEnabled: true })
        {
            write.SavePermission(created.Id, new SyncPermission(caller.Identity, Read: true, Write: true, Manage: true));
        }
    }
}
