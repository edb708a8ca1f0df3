using SyncFunctions.Client;

namespace SyncFunctions.Store;

/// <summary>The type of an object that has permissions.</summary>
public enum PermissionOwner
{
    /// <summary>A document.</summary>
    Document,

    /// <summary>A list.</summary>
    List,

    /// <summary>A map.</summary>
    Map,
}

public sealed partial class SyncStore
{
    /// <summary>Sets what an identity may do with an object, and replaces any permission that it has.</summary>
    /// <param name="name">The object's unique name.</param>
    /// <param name="identity">The identity of an access token, of 1 to 256 characters.</param>
    /// <param name="read">Whether it may read and subscribe.</param>
    /// <param name="write">Whether it may change data and items.</param>
    /// <param name="manage">Whether it may remove the object.</param>
    public Task<SyncPermission> SetPermissionAsync(
        PermissionOwner owner, string name, string identity, bool read, bool write, bool manage, CancellationToken cancellationToken = default) =>
        Permissions(owner, name).UpdateAsync(
            identity, [("Read", Text(read)), ("Write", Text(write)), ("Manage", Text(manage))], cancellationToken: cancellationToken);

    /// <summary>Gets what an identity may do with an object.</summary>
    public Task<SyncPermission> GetPermissionAsync(
        PermissionOwner owner, string name, string identity, CancellationToken cancellationToken = default) =>
        Permissions(owner, name).FetchAsync(identity, cancellationToken);

    /// <summary>Gets the permissions that are set on an object.</summary>
    public async Task<IReadOnlyList<SyncPermission>> GetPermissionsAsync(
        PermissionOwner owner, string name, CancellationToken cancellationToken = default) =>
        await Permissions(owner, name).ReadAllAsync(cancellationToken).ToListAsync(cancellationToken);

    /// <summary>Gets a page of the permissions that are set on an object.</summary>
    /// <param name="name">The object's unique name or its SID.</param>
    public Task<SyncPage<SyncPermission>> GetPermissionPageAsync(
        PermissionOwner owner, string name, PageRequest page, CancellationToken cancellationToken = default) =>
        PageAsync(Permissions(owner, name), page, default, cancellationToken);

    /// <summary>Removes an identity's permission, so it may do nothing with the object.</summary>
    public async Task<string> RemovePermissionAsync(
        PermissionOwner owner, string name, string identity, CancellationToken cancellationToken = default)
    {
        await Permissions(owner, name).RemoveAsync(identity, cancellationToken: cancellationToken);
        return Deleted;
    }

    private SyncCollectionClient<SyncPermission> Permissions(PermissionOwner owner, string name) => service.Permissions($"{owner}s", name);

    private static string Text(bool value) => value ? "true" : "false";
}
