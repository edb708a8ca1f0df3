using System.Net;
using System.Text.Json;

using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

using SyncFunctions.Client;
using SyncFunctions.Functions.Binding;
using SyncFunctions.Store;

namespace SyncFunctions.Functions;

/// <summary>The functions of Sync lists and their items.</summary>
[Capability("Lists", "A list keeps items in the order in which they were added.")]
public sealed class ListFunctions(FunctionRunner functions)
{
    private const int MaximumBatch = 100;

    private static readonly Parameter<string> ListName = Parameter.UniqueName("listName", "list");
    private static readonly Parameter<long> Index = Parameter.Index("index");
    private static readonly Parameter<string> DataKeys = Parameter.Text("key", "The top-level keys of the items' data, separated by commas.") with { Example = "\"name,age\"" };

    private static readonly FunctionDeclaration<string, SyncTtl, SyncList> CreateListDeclaration = new("createList", "Creates a list.", ListName, Parameter.Ttl)
    {
        Failures = [HttpStatusCode.Conflict],
    };

    /// <summary>Creates a list.</summary>
    [Function("createList")]
    public Task<IResult> CreateList([HttpTrigger(AuthorizationLevel.Function, "post", Route = "createList")] HttpRequest request) =>
        functions.RunAsync(request, CreateListDeclaration, (store, listName, ttl, cancelled) =>
            store.CreateListAsync(listName, ttl, cancelled));

    private static readonly FunctionDeclaration<string, SyncTtl, SyncList> OpenListDeclaration = new(
        "openList", "Gets a list, or creates it if there is none.", ListName, Parameter.Ttl);

    /// <summary>Gets a list, or creates it if there is none.</summary>
    [Function("openList")]
    public Task<IResult> OpenList([HttpTrigger(AuthorizationLevel.Function, "post", Route = "openList")] HttpRequest request) =>
        functions.RunAsync(request, OpenListDeclaration, (store, listName, ttl, cancelled) =>
            store.OpenListAsync(listName, ttl, cancelled));

    private static readonly FunctionDeclaration<string, SyncList> GetListDeclaration = new("getList", "Gets a list.", ListName);

    /// <summary>Gets a list.</summary>
    [Function("getList")]
    public Task<IResult> GetList([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getList")] HttpRequest request) =>
        functions.RunAsync(request, GetListDeclaration, (store, listName, cancelled) =>
            store.GetListAsync(listName, cancelled));

    private static readonly FunctionDeclaration<PageRequest, SyncPage<SyncList>> GetListsDeclaration = new("getLists", "Gets a page of the lists.", Parameter.Page);

    /// <summary>Gets a page of the lists.</summary>
    [Function("getLists")]
    public Task<IResult> GetLists([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getLists")] HttpRequest request) =>
        functions.RunAsync(request, GetListsDeclaration, (store, page, cancelled) =>
            store.GetListsAsync(page, cancelled));

    private static readonly FunctionDeclaration<string, string> SearchListDeclaration = new("searchList", "Finds a list's SID, or an empty text.", ListName);

    /// <summary>Finds a list's SID, or <c>""</c>.</summary>
    [Function("searchList")]
    public Task<IResult> SearchList([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "searchList")] HttpRequest request) =>
        functions.RunAsync(request, SearchListDeclaration, (store, listName, cancelled) =>
            store.SearchListAsync(listName, cancelled));

    private static readonly FunctionDeclaration<string, SyncTtl, SyncList> UpdateListDeclaration = new(
        "updateList", "Sets when a list expires.", ListName, Parameter.Ttl);

    /// <summary>Sets when a list expires.</summary>
    [Function("updateList")]
    public Task<IResult> UpdateList([HttpTrigger(AuthorizationLevel.Function, "post", Route = "updateList")] HttpRequest request) =>
        functions.RunAsync(request, UpdateListDeclaration, (store, listName, ttl, cancelled) =>
            store.UpdateListAsync(listName, ttl, cancelled));

    private static readonly FunctionDeclaration<string, string?, string> RemoveListDeclaration = new(
        "removeList", "Removes a list with its items.", ListName, Parameter.IfMatch);

    /// <summary>Removes a list with its items.</summary>
    [Function("removeList")]
    public Task<IResult> RemoveList([HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeList")] HttpRequest request) =>
        functions.RunAsync(request, RemoveListDeclaration, (store, listName, ifMatch, cancelled) =>
            store.RemoveListAsync(listName, ifMatch, cancelled));

    private static readonly FunctionDeclaration<string, string?, string> RemoveListByIdDeclaration = new(
        "removeListById", "Removes a list by its SID, with its items.", Parameter.Sid("listId", "ES", "list"), Parameter.IfMatch);

    /// <summary>Removes a list by its SID, with its items.</summary>
    [Function("removeListById")]
    public Task<IResult> RemoveListById([HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeListById")] HttpRequest request) =>
        functions.RunAsync(request, RemoveListByIdDeclaration, (store, listId, ifMatch, cancelled) =>
            store.RemoveListByIdAsync(listId, ifMatch, cancelled));

    private static readonly FunctionDeclaration<string, SyncTtl, JsonElement, SyncListItem> AddListItemDeclaration = new(
        "addListItem", "Adds an item to a list.", ListName, Parameter.Ttl, Parameter.Data);

    /// <summary>Adds an item to a list.</summary>
    [Function("addListItem")]
    public Task<IResult> AddListItem([HttpTrigger(AuthorizationLevel.Function, "post", Route = "addListItem")] HttpRequest request) =>
        functions.RunAsync(request, AddListItemDeclaration, (store, listName, ttl, data, cancelled) =>
            store.AddListItemAsync(listName, ttl: ttl, data: data, cancellationToken: cancelled));

    private static readonly FunctionDeclaration<string, IReadOnlyList<JsonElement>, SyncTtl, IReadOnlyList<SyncListItem>> AddListItemsDeclaration = new(
        "addListItems", "Adds items to a list, in their order.", ListName,
        Parameter.Objects("items", "The items' data: an array of JSON objects.", 1, MaximumBatch), Parameter.Ttl);

    /// <summary>Adds items to a list, in their order.</summary>
    [Function("addListItems")]
    public Task<IResult> AddListItems([HttpTrigger(AuthorizationLevel.Function, "post", Route = "addListItems")] HttpRequest request) =>
        functions.RunAsync(request, AddListItemsDeclaration, (store, listName, items, ttl, cancelled) =>
            store.AddListItemsAsync(listName, items, ttl, cancelled));

    private static readonly FunctionDeclaration<string, string?, IReadOnlyList<SyncListItem>> GetListItemsDeclaration = new(
        "getListItems", "Gets a list's items, all or those with the given keys.", ListName, DataKeys with { IsRequired = false });

    /// <summary>Gets a list's items, all or those with the given keys.</summary>
    [Function("getListItems")]
    public Task<IResult> GetListItems([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getListItems")] HttpRequest request) =>
        functions.RunAsync(request, GetListItemsDeclaration, (store, listName, key, cancelled) =>
            store.GetListItemsAsync(listName, key, cancelled));

    private static readonly FunctionDeclaration<string, string?, IReadOnlyList<SyncListItem>> GetListItemDeclaration = new(
        "getListItem", "Gets a list's items, all or those with the given keys; another name of getListItems.",
        ListName, DataKeys with { IsRequired = false });

    /// <summary><see cref="GetListItems"/> under the name that the JavaScript library's README gives it.</summary>
    [Function("getListItem")]
    public Task<IResult> GetListItem([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getListItem")] HttpRequest request) =>
        functions.RunAsync(request, GetListItemDeclaration, (store, listName, key, cancelled) =>
            store.GetListItemsAsync(listName, key, cancelled));

    private static readonly FunctionDeclaration<string, ItemQuery, PageRequest, SyncPage<SyncListItem>> QueryListItemsDeclaration = new(
        "queryListItems", "Gets a page of a list's items.", ListName, Parameter.ListQuery, Parameter.Page);

    /// <summary>Gets a page of a list's items.</summary>
    [Function("queryListItems")]
    public Task<IResult> QueryListItems([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "queryListItems")] HttpRequest request) =>
        functions.RunAsync(request, QueryListItemsDeclaration, (store, listName, query, page, cancelled) =>
            store.QueryListItemsAsync(listName, query, page, cancelled));

    private static readonly FunctionDeclaration<string, long, SyncListItem> GetListItemByIndexDeclaration = new(
        "getListItemByIndex", "Gets a list item.", ListName, Index);

    /// <summary>Gets a list item.</summary>
    [Function("getListItemByIndex")]
    public Task<IResult> GetListItemByIndex(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getListItemByIndex")] HttpRequest request) =>
        functions.RunAsync(request, GetListItemByIndexDeclaration, (store, listName, index, cancelled) =>
            store.GetListItemByIndexAsync(listName, index, cancelled));

    private static readonly FunctionDeclaration<string, long, SyncTtl, string?, JsonElement, SyncListItem> UpdateListItemDeclaration = new(
        "updateListItem", "Replaces a list item's data.", ListName, Index, Parameter.TtlOrKeep, Parameter.IfMatch, Parameter.Data);

    /// <summary>Replaces a list item's data.</summary>
    [Function("updateListItem")]
    public Task<IResult> UpdateListItem([HttpTrigger(AuthorizationLevel.Function, "post", Route = "updateListItem")] HttpRequest request) =>
        functions.RunAsync(request, UpdateListItemDeclaration, (store, listName, index, ttl, ifMatch, data, cancelled) =>
            store.UpdateListItemAsync(listName, index, ttl: ttl, ifMatch: ifMatch, data: data, cancellationToken: cancelled));

    private static readonly FunctionDeclaration<string, long, JsonElement, SyncTtl, string?, SyncListItem> PatchListItemDeclaration = new(
        "patchListItem", "Merges a patch into a list item's data.", ListName, Index, Parameter.Patch, Parameter.PatchTtl, Parameter.IfMatch)
    {
        Failures = [HttpStatusCode.Conflict],
    };

    /// <summary>Merges a patch into a list item's data.</summary>
    [Function("patchListItem")]
    public Task<IResult> PatchListItem([HttpTrigger(AuthorizationLevel.Function, "post", Route = "patchListItem")] HttpRequest request) =>
        functions.RunAsync(request, PatchListItemDeclaration, (store, listName, index, patch, ttl, ifMatch, cancelled) =>
            store.PatchListItemAsync(listName, index, patch, ttl, ifMatch, cancelled));

    private static readonly FunctionDeclaration<string, string, string> RemoveListItemsDeclaration = new(
        "removeListItems", "Removes a list's items with the given keys.", ListName, DataKeys)
    {
        Failures = [HttpStatusCode.Conflict],
    };

    /// <summary>Removes a list's items with the given keys.</summary>
    [Function("removeListItems")]
    public Task<IResult> RemoveListItems(
        [HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeListItems")] HttpRequest request) =>
        functions.RunAsync(request, RemoveListItemsDeclaration, (store, listName, key, cancelled) =>
            store.RemoveListItemsAsync(listName, key, cancelled));

    private static readonly FunctionDeclaration<string, string, string> RemoveListItemDeclaration = new(
        "removeListItem", "Removes a list's items with the given keys; another name of removeListItems.", ListName, DataKeys)
    {
        Failures = [HttpStatusCode.Conflict],
    };

    /// <summary><see cref="RemoveListItems"/> under the name that the JavaScript library's README gives it.</summary>
    [Function("removeListItem")]
    public Task<IResult> RemoveListItem([HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeListItem")] HttpRequest request) =>
        functions.RunAsync(request, RemoveListItemDeclaration, (store, listName, key, cancelled) =>
            store.RemoveListItemsAsync(listName, key, cancelled));

    private static readonly FunctionDeclaration<string, long, string?, string> RemoveListItemByIndexDeclaration = new(
        "removeListItemByIndex", "Removes a list item.", ListName, Index, Parameter.IfMatch);

    /// <summary>Removes a list item.</summary>
    [Function("removeListItemByIndex")]
    public Task<IResult> RemoveListItemByIndex(
        [HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeListItemByIndex")] HttpRequest request) =>
        functions.RunAsync(request, RemoveListItemByIndexDeclaration, (store, listName, index, ifMatch, cancelled) =>
            store.RemoveListItemByIndexAsync(listName, index, ifMatch, cancelled));
}
