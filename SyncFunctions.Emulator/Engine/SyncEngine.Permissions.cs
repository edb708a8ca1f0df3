namespace SyncFunctions.Emulator.Engine;

internal sealed partial class SyncEngine
{
    /// <summary>Reads the permissions set on an object, by identity.</summary>
    public (SyncObject Parent, List<SyncPermission> Permissions) GetPermissions(
        SyncService service, ObjectKind kind, string sidOrName, PageRange range) => database.Read(session =>
    {
        SyncObject parent = RequireObject(session, service, kind, sidOrName, time.GetUtcNow());
        return (parent, session.Many(
            $"SELECT {Rows.Permission} FROM permissions WHERE object_id = $3 AND {range.Sql("identity")}",
            Rows.ToPermission,
            range.Start, range.Limit, parent.Id));
    });

    /// <summary>Finds the permission of an identity on an object.</summary>
    public (SyncObject Parent, SyncPermission Permission) GetPermission(
        SyncService service, ObjectKind kind, string sidOrName, string identity) => database.Read(session =>
    {
        SyncObject parent = RequireObject(session, service, kind, sidOrName, time.GetUtcNow());
        SyncPermission? permission = session.Single(
            $"SELECT {Rows.Permission} FROM permissions WHERE object_id = $1 AND identity = $2", Rows.ToPermission, parent.Id, identity);
        return (parent, permission ?? throw new SyncFailureException(SyncFailure.PermissionNotFound));
    });

    /// <summary>Sets the permission of an identity, whether or not there is one.</summary>
    public Task<SyncObject> SetPermissionAsync(
        SyncService service, ObjectKind kind, string sidOrName, SyncPermission permission, CancellationToken cancellationToken) => WriteAsync(
        write =>
        {
            SyncObject parent = RequireObject(write.Session, service, kind, sidOrName, write.Now);
            write.Session.Execute(
                "INSERT OR REPLACE INTO permissions (object_id, identity, can_read, can_write, can_manage) VALUES ($1, $2, $3, $4, $5)",
                parent.Id, permission.Identity, permission.Read, permission.Write, permission.Manage);
            return parent;
        },
        cancellationToken);

    /// <summary>Takes a permission away, which leaves the identity with none.</summary>
    public Task RemovePermissionAsync(
        SyncService service, ObjectKind kind, string sidOrName, string identity, CancellationToken cancellationToken) => WriteAsync(
        write =>
        {
            SyncObject parent = RequireObject(write.Session, service, kind, sidOrName, write.Now);
            int removed = write.Session.Execute("DELETE FROM permissions WHERE object_id = $1 AND identity = $2", parent.Id, identity);
            return removed == 1 ? parent : throw new SyncFailureException(SyncFailure.PermissionNotFound);
        },
        cancellationToken);
}
