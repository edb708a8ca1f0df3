using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

using SyncFunctions.Store;

namespace SyncFunctions.Functions;

/// <summary>The functions of Sync lists and their items.</summary>
public sealed class ListFunctions(FunctionRunner functions)
{
    /// <summary>Creates a list: <c>listName</c>, <c>ttl</c>.</summary>
    [Function("createList")]
    public Task<IResult> CreateList([HttpTrigger(AuthorizationLevel.Function, "post", Route = "createList")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.CreateListAsync(parameters.Name("listName"), parameters.Ttl(), cancelled));

    /// <summary>Gets a list, and creates it where there is none: <c>listName</c>, <c>ttl</c>.</summary>
    [Function("openList")]
    public Task<IResult> OpenList([HttpTrigger(AuthorizationLevel.Function, "post", Route = "openList")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.OpenListAsync(parameters.Name("listName"), parameters.Ttl(), cancelled));

    /// <summary>Gets a list: <c>listName</c>.</summary>
    [Function("getList")]
    public Task<IResult> GetList([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getList")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.GetListAsync(parameters.Name("listName"), cancelled));

    /// <summary>Gets a page of the lists: <c>pageSize</c>, <c>pageToken</c>.</summary>
    [Function("getLists")]
    public Task<IResult> GetLists([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getLists")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.GetListsAsync(parameters.Page(), cancelled));

    /// <summary>Finds a list's SID, or <c>""</c>: <c>listName</c>.</summary>
    [Function("searchList")]
    public Task<IResult> SearchList([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "searchList")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.SearchListAsync(parameters.Name("listName"), cancelled));

    /// <summary>Sets when a list expires: <c>listName</c>, <c>ttl</c>.</summary>
    [Function("updateList")]
    public Task<IResult> UpdateList([HttpTrigger(AuthorizationLevel.Function, "post", Route = "updateList")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.UpdateListAsync(parameters.Name("listName"), parameters.Ttl(), cancelled));

    /// <summary>Removes a list with its items: <c>listName</c>, <c>ifMatch</c>.</summary>
    [Function("removeList")]
    public Task<IResult> RemoveList([HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeList")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.RemoveListAsync(parameters.Name("listName"), parameters.IfMatch(), cancelled));

    /// <summary>Removes a list by its SID, with its items: <c>listId</c>, <c>ifMatch</c>.</summary>
    [Function("removeListById")]
    public Task<IResult> RemoveListById([HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeListById")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.RemoveListByIdAsync(parameters.Sid("listId", "ES", "list"), parameters.IfMatch(), cancelled));

    /// <summary>Adds an item to a list: <c>listName</c>, <c>data</c>, <c>ttl</c>.</summary>
    [Function("addListItem")]
    public Task<IResult> AddListItem([HttpTrigger(AuthorizationLevel.Function, "post", Route = "addListItem")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.AddListItemAsync(parameters.Name("listName"), ttl: parameters.Ttl(), data: parameters.Data(), cancellationToken: cancelled));

    /// <summary>Gets a list's items, all or those with the given keys: <c>listName</c>, <c>key</c>.</summary>
    [Function("getListItems")]
    public Task<IResult> GetListItems([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getListItems")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.GetListItemsAsync(parameters.Name("listName"), parameters.Text("key"), cancelled));

    /// <summary><see cref="GetListItems"/> under the name that the JavaScript library's README gives it.</summary>
    [Function("getListItem")]
    public Task<IResult> GetListItem([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getListItem")] HttpRequest request) =>
        GetListItems(request);

    /// <summary>Gets a page of a list's items: <c>listName</c>, <c>order</c>, <c>from</c>, <c>bounds</c>, <c>pageSize</c>, <c>pageToken</c>.</summary>
    [Function("queryListItems")]
    public Task<IResult> QueryListItems([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "queryListItems")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.QueryListItemsAsync(parameters.Name("listName"), parameters.ListQuery(), parameters.Page(), cancelled));

    /// <summary>Gets a list item: <c>listName</c>, <c>index</c>.</summary>
    [Function("getListItemByIndex")]
    public Task<IResult> GetListItemByIndex(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getListItemByIndex")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.GetListItemByIndexAsync(parameters.Name("listName"), parameters.Index(), cancelled));

    /// <summary>Replaces a list item's data: <c>listName</c>, <c>index</c>, <c>data</c>, <c>ttl</c>, <c>ifMatch</c>.</summary>
    [Function("updateListItem")]
    public Task<IResult> UpdateListItem([HttpTrigger(AuthorizationLevel.Function, "post", Route = "updateListItem")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.UpdateListItemAsync(
                parameters.Name("listName"), parameters.Index(), ttl: parameters.Ttl(canKeep: true), ifMatch: parameters.IfMatch(),
                data: parameters.Data(), cancellationToken: cancelled));

    /// <summary>Merges a patch into a list item's data: <c>listName</c>, <c>index</c>, <c>patch</c>, <c>ttl</c> (<c>keep</c>), <c>ifMatch</c>.</summary>
    [Function("patchListItem")]
    public Task<IResult> PatchListItem([HttpTrigger(AuthorizationLevel.Function, "post", Route = "patchListItem")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.PatchListItemAsync(
                parameters.Name("listName"), parameters.Index(), parameters.Patch(), parameters.Ttl(canKeep: true, SyncTtl.Keep),
                parameters.IfMatch(), cancelled));

    /// <summary>Removes a list's items with the given keys: <c>listName</c>, <c>key</c>.</summary>
    [Function("removeListItems")]
    public Task<IResult> RemoveListItems(
        [HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeListItems")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.RemoveListItemsAsync(parameters.Name("listName"), parameters.Required("key"), cancelled));

    /// <summary><see cref="RemoveListItems"/> under the name that the JavaScript library's README gives it.</summary>
    [Function("removeListItem")]
    public Task<IResult> RemoveListItem([HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeListItem")] HttpRequest request) =>
        RemoveListItems(request);

    /// <summary>Removes a list item: <c>listName</c>, <c>index</c>, <c>ifMatch</c>.</summary>
    [Function("removeListItemByIndex")]
    public Task<IResult> RemoveListItemByIndex(
        [HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeListItemByIndex")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.RemoveListItemByIndexAsync(parameters.Name("listName"), parameters.Index(), parameters.IfMatch(), cancelled));
}
