using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Storage;

internal partial class SyncReader
{
    private const string PermissionColumns = "identity, can_read, can_write, can_manage";

    private static readonly PageQuery PermissionPage = new($"SELECT {PermissionColumns} FROM permissions WHERE object_id = ?3 AND", "identity");

    /// <summary>Finds the permission of an identity on an object.</summary>
    public SyncPermission? FindPermission(long objectId, string identity) => Session.Single(
        $"SELECT {PermissionColumns} FROM permissions WHERE object_id = ?1 AND identity = ?2", ToPermission, objectId, OrderedText.ToStored(identity));

    /// <summary>Reads the permissions set on an object, by identity (ordered by its UTF-16 code units).</summary>
    public List<SyncPermission> GetPermissions(long objectId, PageRange range) =>
        Session.Many(PermissionPage.Text(range), ToPermission, PageQuery.Start(range), range.Limit, objectId);

    private static SyncPermission ToPermission(Row row) =>
        new(OrderedText.FromStored(row.Text(0)), row.Boolean(1), row.Boolean(2), row.Boolean(3));
}
