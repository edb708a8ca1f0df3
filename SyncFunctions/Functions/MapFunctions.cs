using System.Net;
using System.Text.Json;

using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

using SyncFunctions.Client;
using SyncFunctions.Functions.Binding;
using SyncFunctions.Functions.Results;
using SyncFunctions.Store;
using SyncFunctions.Store.Json;

namespace SyncFunctions.Functions;

/// <summary>The functions of Sync maps and their items.</summary>
[Capability("Maps", "A map keeps items under keys.")]
public sealed class MapFunctions(FunctionRunner functions)
{
    private static readonly Parameter<string> MapName = Parameter.UniqueName("mapName", "map");
    private static readonly Parameter<string> ItemKey = Parameter.ItemKey("key");

    private static readonly FunctionDeclaration<string, SyncTtl, SyncMap> CreateMapDeclaration = new("createMap", "Creates a map.", MapName, Parameter.Ttl)
    {
        Failures = [HttpStatusCode.Conflict],
    };

    /// <summary>Creates a map.</summary>
    [Function("createMap")]
    public Task<IResult> CreateMap([HttpTrigger(AuthorizationLevel.Function, "post", Route = "createMap")] HttpRequest request) =>
        functions.RunAsync(request, CreateMapDeclaration, (store, mapName, ttl, cancelled) =>
            store.CreateMapAsync(mapName, ttl, cancelled));

    private static readonly FunctionDeclaration<string, SyncTtl, SyncMap> OpenMapDeclaration = new(
        "openMap", "Gets a map, or creates it if there is none.", MapName, Parameter.Ttl);

    /// <summary>Gets a map, or creates it if there is none.</summary>
    [Function("openMap")]
    public Task<IResult> OpenMap([HttpTrigger(AuthorizationLevel.Function, "post", Route = "openMap")] HttpRequest request) =>
        functions.RunAsync(request, OpenMapDeclaration, (store, mapName, ttl, cancelled) =>
            store.OpenMapAsync(mapName, ttl, cancelled));

    private static readonly FunctionDeclaration<string, SyncMap> GetMapDeclaration = new("getMap", "Gets a map.", MapName);

    /// <summary>Gets a map.</summary>
    [Function("getMap")]
    public Task<IResult> GetMap([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getMap")] HttpRequest request) =>
        functions.RunAsync(request, GetMapDeclaration, (store, mapName, cancelled) =>
            store.GetMapAsync(mapName, cancelled));

    private static readonly FunctionDeclaration<PageRequest, SyncPage<SyncMap>> GetMapsDeclaration = new("getMaps", "Gets a page of the maps.", Parameter.Page);

    /// <summary>Gets a page of the maps.</summary>
    [Function("getMaps")]
    public Task<IResult> GetMaps([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getMaps")] HttpRequest request) =>
        functions.RunAsync(request, GetMapsDeclaration, (store, page, cancelled) =>
            store.GetMapsAsync(page, cancelled));

    private static readonly FunctionDeclaration<string, string> SearchMapDeclaration = new("searchMap", "Finds a map's SID, or an empty text.", MapName);

    /// <summary>Finds a map's SID, or <c>""</c>.</summary>
    [Function("searchMap")]
    public Task<IResult> SearchMap([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "searchMap")] HttpRequest request) =>
        functions.RunAsync(request, SearchMapDeclaration, (store, mapName, cancelled) =>
            store.SearchMapAsync(mapName, cancelled));

    private static readonly FunctionDeclaration<string, SyncTtl, SyncMap> UpdateMapDeclaration = new(
        "updateMap", "Sets when a map expires.", MapName, Parameter.Ttl);

    /// <summary>Sets when a map expires.</summary>
    [Function("updateMap")]
    public Task<IResult> UpdateMap([HttpTrigger(AuthorizationLevel.Function, "post", Route = "updateMap")] HttpRequest request) =>
        functions.RunAsync(request, UpdateMapDeclaration, (store, mapName, ttl, cancelled) =>
            store.UpdateMapAsync(mapName, ttl, cancelled));

    private static readonly FunctionDeclaration<string, string?, string> RemoveMapDeclaration = new(
        "removeMap", "Removes a map with its items.", MapName, Parameter.IfMatch);

    /// <summary>Removes a map with its items.</summary>
    [Function("removeMap")]
    public Task<IResult> RemoveMap([HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeMap")] HttpRequest request) =>
        functions.RunAsync(request, RemoveMapDeclaration, (store, mapName, ifMatch, cancelled) =>
            store.RemoveMapAsync(mapName, ifMatch, cancelled));

    private static readonly FunctionDeclaration<string, string?, string> RemoveMapByIdDeclaration = new(
        "removeMapById", "Removes a map by its SID, with its items.", Parameter.Sid("mapId", "MP", "map"), Parameter.IfMatch);

    /// <summary>Removes a map by its SID, with its items.</summary>
    [Function("removeMapById")]
    public Task<IResult> RemoveMapById([HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeMapById")] HttpRequest request) =>
        functions.RunAsync(request, RemoveMapByIdDeclaration, (store, mapId, ifMatch, cancelled) =>
            store.RemoveMapByIdAsync(mapId, ifMatch, cancelled));

    private static readonly FunctionDeclaration<string, string, SyncTtl, string?, JsonElement, SyncMapItem> SetMapItemDeclaration = new(
        "setMapItem", "Creates or updates a map item.", MapName, ItemKey, Parameter.TtlOrKeep, Parameter.IfMatch, Parameter.Data);

    /// <summary>Creates or updates a map item.</summary>
    [Function("setMapItem")]
    public Task<IResult> SetMapItem([HttpTrigger(AuthorizationLevel.Function, "post", Route = "setMapItem")] HttpRequest request) =>
        functions.RunAsync(request, SetMapItemDeclaration, (store, mapName, key, ttl, ifMatch, data, cancelled) =>
            store.SetMapItemAsync(mapName, key, ttl: ttl, ifMatch: ifMatch, data: data, cancellationToken: cancelled));

    private static readonly FunctionDeclaration<string, IReadOnlyList<SyncMapItem>> GetMapItemsDeclaration = new("getMapItems", "Gets all items of a map.", MapName);

    /// <summary>Gets all items of a map.</summary>
    [Function("getMapItems")]
    public Task<IResult> GetMapItems([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getMapItems")] HttpRequest request) =>
        functions.RunAsync(request, GetMapItemsDeclaration, (store, mapName, cancelled) =>
            store.GetMapItemsAsync(mapName, cancelled));

    private static readonly FunctionDeclaration<string, string, SyncMapItem?> GetMapItemDeclaration = new(
        "getMapItem", "Gets a map item, or null.", MapName, ItemKey)
    {
        Answers = [FunctionAnswer.Json<SyncMapItem>() with { IsNullable = true, Description = "The item, or null if the map has none under the key." }],
    };

    /// <summary>Gets a map item, or <c>null</c>.</summary>
    [Function("getMapItem")]
    public Task<IResult> GetMapItem([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getMapItem")] HttpRequest request) =>
        functions.RunAsync(request, GetMapItemDeclaration, (store, mapName, key, cancelled) =>
            store.GetMapItemAsync(mapName, key, cancelled));

    private static readonly FunctionDeclaration<string, ItemQuery, PageRequest, SyncPage<SyncMapItem>> QueryMapItemsDeclaration = new(
        "queryMapItems", "Gets a page of a map's items.", MapName, Parameter.MapQuery, Parameter.Page);

    /// <summary>Gets a page of a map's items.</summary>
    [Function("queryMapItems")]
    public Task<IResult> QueryMapItems([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "queryMapItems")] HttpRequest request) =>
        functions.RunAsync(request, QueryMapItemsDeclaration, (store, mapName, query, page, cancelled) =>
            store.QueryMapItemsAsync(mapName, query, page, cancelled));

    private static readonly FunctionDeclaration<string, string, JsonElement, SyncTtl, string?, SyncMapItem> PatchMapItemDeclaration = new(
        "patchMapItem", "Merges a patch into a map item's data.", MapName, ItemKey, Parameter.Patch, Parameter.PatchTtl, Parameter.IfMatch)
    {
        Failures = [HttpStatusCode.Conflict],
    };

    /// <summary>Merges a patch into a map item's data.</summary>
    [Function("patchMapItem")]
    public Task<IResult> PatchMapItem([HttpTrigger(AuthorizationLevel.Function, "post", Route = "patchMapItem")] HttpRequest request) =>
        functions.RunAsync(request, PatchMapItemDeclaration, (store, mapName, key, patch, ttl, ifMatch, cancelled) =>
            store.PatchMapItemAsync(mapName, key, patch, ttl, ifMatch, cancelled));

    private static readonly FunctionDeclaration<string, string, JsonPointer, string, string?, SyncMapItem> IncrementMapItemDeclaration = new(
        "incrementMapItem", "Adds to a number in a map item's data.", MapName, ItemKey, Parameter.Path, Parameter.By, Parameter.IfMatch);

    /// <summary>Adds to a number in a map item's data.</summary>
    [Function("incrementMapItem")]
    public Task<IResult> IncrementMapItem([HttpTrigger(AuthorizationLevel.Function, "post", Route = "incrementMapItem")] HttpRequest request) =>
        functions.RunAsync(request, IncrementMapItemDeclaration, (store, mapName, key, path, by, ifMatch, cancelled) =>
            store.IncrementMapItemAsync(mapName, key, path, by, ifMatch, cancelled));

    private static readonly FunctionDeclaration<string, string, string?, string> RemoveMapItemDeclaration = new(
        "removeMapItem", "Removes a map item.", MapName, ItemKey, Parameter.IfMatch);

    /// <summary>Removes a map item.</summary>
    [Function("removeMapItem")]
    public Task<IResult> RemoveMapItem([HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeMapItem")] HttpRequest request) =>
        functions.RunAsync(request, RemoveMapItemDeclaration, (store, mapName, key, ifMatch, cancelled) =>
            store.RemoveMapItemAsync(mapName, key, ifMatch, cancelled));
}
