using System.Text.Json;

using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Rest;

/// <summary><c>…/Documents|Lists|Maps/{Sid}/Permissions</c> and their instances.</summary>
internal sealed class PermissionResource(SyncEngine engine, ResourceWriter writer)
{
    public RestResult Collection(RestCall call, SyncService service, ObjectKind kind, string parent)
    {
        if (call.Method != "GET")
        {
            throw ProtocolErrors.MethodNotAllowed();
        }

        SyncObject owner = engine.GetObject(service, kind, parent);
        return new Paging(call, $"{owner.Sid}/Permissions", JsonValueKind.String).Read(
            "permissions",
            range => engine.GetPermissions(service, kind, owner.Sid, range).Permissions,
            permission => permission.Identity,
            (json, permission) => writer.Write(json, service, owner, permission, call.BaseUrl));
    }

    public async Task<RestResult> InstanceAsync(RestCall call, SyncService service, ObjectKind kind, string parent, string segment)
    {
        string identity = Rules.Identity(segment);
        switch (call.Method)
        {
            case "GET":
                (SyncObject owner, SyncPermission found) = engine.GetPermission(service, kind, parent, identity);
                return Answer(call, service, owner, found);
            case "POST":
                SyncPermission permission = new(
                    identity, call.Boolean("Read") ?? false, call.Boolean("Write") ?? false, call.Boolean("Manage") ?? false);
                return Answer(call, service, await engine.SetPermissionAsync(service, kind, parent, permission, call.Cancelled), permission);
            case "DELETE":
                await engine.RemovePermissionAsync(service, kind, parent, identity, call.Cancelled);
                return RestResult.NoContent;
            default:
                throw ProtocolErrors.MethodNotAllowed();
        }
    }

    private RestResult Answer(RestCall call, SyncService service, SyncObject owner, SyncPermission permission) =>
        RestResult.Ok(json => writer.Write(json, service, owner, permission, call.BaseUrl));
}
