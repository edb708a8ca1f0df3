using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

using SyncFunctions.Client;
using SyncFunctions.Functions.Binding;
using SyncFunctions.Store;

namespace SyncFunctions.Functions;

/// <summary>The functions of permissions, which Sync enforces for services that have it enabled.</summary>
[Capability("Permissions", "What identities may do with an object, in services that enforce permissions.")]
public sealed class PermissionFunctions(FunctionRunner functions)
{
    private static readonly Parameter<string> DocName = Parameter.UniqueName("docName", "document");
    private static readonly Parameter<string> ListName = Parameter.UniqueName("listName", "list");
    private static readonly Parameter<string> MapName = Parameter.UniqueName("mapName", "map");
    private static readonly IBinding<GrantedRights> Rights = Bind.Of(
        Parameter.Boolean("read", "Whether it may read and subscribe."),
        Parameter.Boolean("write", "Whether it may change data and items."),
        Parameter.Boolean("manage", "Whether it may remove the object."),
        (read, write, manage) => new GrantedRights(read, write, manage));

    private static readonly FunctionDeclaration<string, string, GrantedRights, SyncPermission> SetDocumentPermissionDeclaration = new(
        "setDocumentPermission", "Sets what an identity may do with a document.", DocName, Parameter.Identity, Rights)
    {
        AllowsWebhooks = false,
    };

    /// <summary>Sets what an identity may do with a document.</summary>
    [Function("setDocumentPermission")]
    public Task<IResult> SetDocumentPermission(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "setDocumentPermission")] HttpRequest request) =>
        functions.RunAsync(request, SetDocumentPermissionDeclaration, (store, docName, identity, rights, cancelled) =>
            store.SetPermissionAsync(PermissionOwner.Document, docName, identity, rights.Read, rights.Write, rights.Manage, cancelled));

    private static readonly FunctionDeclaration<string, string, SyncPermission> GetDocumentPermissionDeclaration = new(
        "getDocumentPermission", "Gets what an identity may do with a document.", DocName, Parameter.Identity);

    /// <summary>Gets what an identity may do with a document.</summary>
    [Function("getDocumentPermission")]
    public Task<IResult> GetDocumentPermission(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getDocumentPermission")] HttpRequest request) =>
        functions.RunAsync(request, GetDocumentPermissionDeclaration, (store, docName, identity, cancelled) =>
            store.GetPermissionAsync(PermissionOwner.Document, docName, identity, cancelled));

    private static readonly FunctionDeclaration<string, IReadOnlyList<SyncPermission>> GetDocumentPermissionsDeclaration = new(
        "getDocumentPermissions", "Gets all permissions of a document.", DocName);

    /// <summary>Gets all permissions of a document.</summary>
    [Function("getDocumentPermissions")]
    public Task<IResult> GetDocumentPermissions(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getDocumentPermissions")] HttpRequest request) =>
        functions.RunAsync(request, GetDocumentPermissionsDeclaration, (store, docName, cancelled) =>
            store.GetPermissionsAsync(PermissionOwner.Document, docName, cancelled));

    private static readonly FunctionDeclaration<string, string, string> RemoveDocumentPermissionDeclaration = new(
        "removeDocumentPermission", "Removes an identity's permission for a document.", DocName, Parameter.Identity)
    {
        AllowsWebhooks = false,
    };

    /// <summary>Removes an identity's permission for a document.</summary>
    [Function("removeDocumentPermission")]
    public Task<IResult> RemoveDocumentPermission(
        [HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeDocumentPermission")] HttpRequest request) =>
        functions.RunAsync(request, RemoveDocumentPermissionDeclaration, (store, docName, identity, cancelled) =>
            store.RemovePermissionAsync(PermissionOwner.Document, docName, identity, cancelled));

    private static readonly FunctionDeclaration<string, string, GrantedRights, SyncPermission> SetListPermissionDeclaration = new(
        "setListPermission", "Sets what an identity may do with a list.", ListName, Parameter.Identity, Rights)
    {
        AllowsWebhooks = false,
    };

    /// <summary>Sets what an identity may do with a list.</summary>
    [Function("setListPermission")]
    public Task<IResult> SetListPermission([HttpTrigger(AuthorizationLevel.Function, "post", Route = "setListPermission")] HttpRequest request) =>
        functions.RunAsync(request, SetListPermissionDeclaration, (store, listName, identity, rights, cancelled) =>
            store.SetPermissionAsync(PermissionOwner.List, listName, identity, rights.Read, rights.Write, rights.Manage, cancelled));

    private static readonly FunctionDeclaration<string, string, SyncPermission> GetListPermissionDeclaration = new(
        "getListPermission", "Gets what an identity may do with a list.", ListName, Parameter.Identity);

    /// <summary>Gets what an identity may do with a list.</summary>
    [Function("getListPermission")]
    public Task<IResult> GetListPermission(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getListPermission")] HttpRequest request) =>
        functions.RunAsync(request, GetListPermissionDeclaration, (store, listName, identity, cancelled) =>
            store.GetPermissionAsync(PermissionOwner.List, listName, identity, cancelled));

    private static readonly FunctionDeclaration<string, IReadOnlyList<SyncPermission>> GetListPermissionsDeclaration = new(
        "getListPermissions", "Gets all permissions of a list.", ListName);

    /// <summary>Gets all permissions of a list.</summary>
    [Function("getListPermissions")]
    public Task<IResult> GetListPermissions(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getListPermissions")] HttpRequest request) =>
        functions.RunAsync(request, GetListPermissionsDeclaration, (store, listName, cancelled) =>
            store.GetPermissionsAsync(PermissionOwner.List, listName, cancelled));

    private static readonly FunctionDeclaration<string, string, string> RemoveListPermissionDeclaration = new(
        "removeListPermission", "Removes an identity's permission for a list.", ListName, Parameter.Identity)
    {
        AllowsWebhooks = false,
    };

    /// <summary>Removes an identity's permission for a list.</summary>
    [Function("removeListPermission")]
    public Task<IResult> RemoveListPermission(
        [HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeListPermission")] HttpRequest request) =>
        functions.RunAsync(request, RemoveListPermissionDeclaration, (store, listName, identity, cancelled) =>
            store.RemovePermissionAsync(PermissionOwner.List, listName, identity, cancelled));

    private static readonly FunctionDeclaration<string, string, GrantedRights, SyncPermission> SetMapPermissionDeclaration = new(
        "setMapPermission", "Sets what an identity may do with a map.", MapName, Parameter.Identity, Rights)
    {
        AllowsWebhooks = false,
    };

    /// <summary>Sets what an identity may do with a map.</summary>
    [Function("setMapPermission")]
    public Task<IResult> SetMapPermission([HttpTrigger(AuthorizationLevel.Function, "post", Route = "setMapPermission")] HttpRequest request) =>
        functions.RunAsync(request, SetMapPermissionDeclaration, (store, mapName, identity, rights, cancelled) =>
            store.SetPermissionAsync(PermissionOwner.Map, mapName, identity, rights.Read, rights.Write, rights.Manage, cancelled));

    private static readonly FunctionDeclaration<string, string, SyncPermission> GetMapPermissionDeclaration = new(
        "getMapPermission", "Gets what an identity may do with a map.", MapName, Parameter.Identity);

    /// <summary>Gets what an identity may do with a map.</summary>
    [Function("getMapPermission")]
    public Task<IResult> GetMapPermission(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getMapPermission")] HttpRequest request) =>
        functions.RunAsync(request, GetMapPermissionDeclaration, (store, mapName, identity, cancelled) =>
            store.GetPermissionAsync(PermissionOwner.Map, mapName, identity, cancelled));

    private static readonly FunctionDeclaration<string, IReadOnlyList<SyncPermission>> GetMapPermissionsDeclaration = new(
        "getMapPermissions", "Gets all permissions of a map.", MapName);

    /// <summary>Gets all permissions of a map.</summary>
    [Function("getMapPermissions")]
    public Task<IResult> GetMapPermissions(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getMapPermissions")] HttpRequest request) =>
        functions.RunAsync(request, GetMapPermissionsDeclaration, (store, mapName, cancelled) =>
            store.GetPermissionsAsync(PermissionOwner.Map, mapName, cancelled));

    private static readonly FunctionDeclaration<string, string, string> RemoveMapPermissionDeclaration = new(
        "removeMapPermission", "Removes an identity's permission for a map.", MapName, Parameter.Identity)
    {
        AllowsWebhooks = false,
    };

    /// <summary>Removes an identity's permission for a map.</summary>
    [Function("removeMapPermission")]
    public Task<IResult> RemoveMapPermission(
        [HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeMapPermission")] HttpRequest request) =>
        functions.RunAsync(request, RemoveMapPermissionDeclaration, (store, mapName, identity, cancelled) =>
            store.RemovePermissionAsync(PermissionOwner.Map, mapName, identity, cancelled));

    private readonly record struct GrantedRights(bool Read, bool Write, bool Manage);
}
