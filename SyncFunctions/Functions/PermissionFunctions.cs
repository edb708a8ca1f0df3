using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

using SyncFunctions.Store;

namespace SyncFunctions.Functions;

/// <summary>The functions of permissions, which Sync enforces for services that have it enabled.</summary>
public sealed class PermissionFunctions(FunctionRunner functions)
{
    /// <summary>Sets what an identity may do with a document: <c>docName</c>, <c>identity</c>, <c>read</c>, <c>write</c>, <c>manage</c>.</summary>
    [Function("setDocumentPermission")]
    public Task<IResult> SetDocumentPermission(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "setDocumentPermission")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.SetPermissionAsync(
                PermissionOwner.Document, parameters.Name("docName"), parameters.Identity(), parameters.Boolean("read"),
                parameters.Boolean("write"), parameters.Boolean("manage"), cancelled));

    /// <summary>Gets what an identity may do with a document: <c>docName</c>, <c>identity</c>.</summary>
    [Function("getDocumentPermission")]
    public Task<IResult> GetDocumentPermission(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getDocumentPermission")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.GetPermissionAsync(PermissionOwner.Document, parameters.Name("docName"), parameters.Identity(), cancelled));

    /// <summary>Gets all permissions of a document: <c>docName</c>.</summary>
    [Function("getDocumentPermissions")]
    public Task<IResult> GetDocumentPermissions(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getDocumentPermissions")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.GetPermissionsAsync(PermissionOwner.Document, parameters.Name("docName"), cancelled));

    /// <summary>Takes an identity's permission for a document away: <c>docName</c>, <c>identity</c>.</summary>
    [Function("removeDocumentPermission")]
    public Task<IResult> RemoveDocumentPermission(
        [HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeDocumentPermission")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.RemovePermissionAsync(PermissionOwner.Document, parameters.Name("docName"), parameters.Identity(), cancelled));

    /// <summary>Sets what an identity may do with a list: <c>listName</c>, <c>identity</c>, <c>read</c>, <c>write</c>, <c>manage</c>.</summary>
    [Function("setListPermission")]
    public Task<IResult> SetListPermission([HttpTrigger(AuthorizationLevel.Function, "post", Route = "setListPermission")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.SetPermissionAsync(
                PermissionOwner.List, parameters.Name("listName"), parameters.Identity(), parameters.Boolean("read"),
                parameters.Boolean("write"), parameters.Boolean("manage"), cancelled));

    /// <summary>Gets what an identity may do with a list: <c>listName</c>, <c>identity</c>.</summary>
    [Function("getListPermission")]
    public Task<IResult> GetListPermission(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getListPermission")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.GetPermissionAsync(PermissionOwner.List, parameters.Name("listName"), parameters.Identity(), cancelled));

    /// <summary>Gets all permissions of a list: <c>listName</c>.</summary>
    [Function("getListPermissions")]
    public Task<IResult> GetListPermissions(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getListPermissions")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.GetPermissionsAsync(PermissionOwner.List, parameters.Name("listName"), cancelled));

    /// <summary>Takes an identity's permission for a list away: <c>listName</c>, <c>identity</c>.</summary>
    [Function("removeListPermission")]
    public Task<IResult> RemoveListPermission(
        [HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeListPermission")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.RemovePermissionAsync(PermissionOwner.List, parameters.Name("listName"), parameters.Identity(), cancelled));

    /// <summary>Sets what an identity may do with a map: <c>mapName</c>, <c>identity</c>, <c>read</c>, <c>write</c>, <c>manage</c>.</summary>
    [Function("setMapPermission")]
    public Task<IResult> SetMapPermission([HttpTrigger(AuthorizationLevel.Function, "post", Route = "setMapPermission")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.SetPermissionAsync(
                PermissionOwner.Map, parameters.Name("mapName"), parameters.Identity(), parameters.Boolean("read"),
                parameters.Boolean("write"), parameters.Boolean("manage"), cancelled));

    /// <summary>Gets what an identity may do with a map: <c>mapName</c>, <c>identity</c>.</summary>
    [Function("getMapPermission")]
    public Task<IResult> GetMapPermission(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getMapPermission")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.GetPermissionAsync(PermissionOwner.Map, parameters.Name("mapName"), parameters.Identity(), cancelled));

    /// <summary>Gets all permissions of a map: <c>mapName</c>.</summary>
    [Function("getMapPermissions")]
    public Task<IResult> GetMapPermissions(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getMapPermissions")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.GetPermissionsAsync(PermissionOwner.Map, parameters.Name("mapName"), cancelled));

    /// <summary>Takes an identity's permission for a map away: <c>mapName</c>, <c>identity</c>.</summary>
    [Function("removeMapPermission")]
    public Task<IResult> RemoveMapPermission(
        [HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeMapPermission")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.RemovePermissionAsync(PermissionOwner.Map, parameters.Name("mapName"), parameters.Identity(), cancelled));
}
