using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Storage;

internal sealed partial class SyncWriter
{
    /// <summary>Sets the permission of an identity on an object, and replaces any existing one.</summary>
    public void SavePermission(long objectId, SyncPermission permission) => Session.Execute(
        "INSERT OR REPLACE INTO permissions (object_id, identity, can_read, can_write, can_manage) VALUES (?1, ?2, ?3, ?4, ?5)",
        objectId, OrderedText.ToStored(permission.Identity), permission.Read, permission.Write, permission.Manage);

    /// <summary>Announces, in order with the events, that rights have changed.</summary>
    public void AnnounceAccess(SyncEvent change) => events.Add(change);

    /// <summary>Removes the permission of an identity on an object.</summary>
    /// <returns>Whether there was one.</returns>
    public bool RemovePermission(long objectId, string identity) =>
        Session.Execute("DELETE FROM permissions WHERE object_id = ?1 AND identity = ?2", objectId, OrderedText.ToStored(identity)) == 1;
}
