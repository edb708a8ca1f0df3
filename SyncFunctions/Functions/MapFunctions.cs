using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

using SyncFunctions.Store;

namespace SyncFunctions.Functions;

/// <summary>The functions of Sync maps and their items.</summary>
public sealed class MapFunctions(FunctionRunner functions)
{
    /// <summary>Creates a map: <c>mapName</c>, <c>ttl</c>.</summary>
    [Function("createMap")]
    public Task<IResult> CreateMap([HttpTrigger(AuthorizationLevel.Function, "post", Route = "createMap")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.CreateMapAsync(parameters.Name("mapName"), parameters.Ttl(), cancelled));

    /// <summary>Gets a map, and creates it where there is none: <c>mapName</c>, <c>ttl</c>.</summary>
    [Function("openMap")]
    public Task<IResult> OpenMap([HttpTrigger(AuthorizationLevel.Function, "post", Route = "openMap")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.OpenMapAsync(parameters.Name("mapName"), parameters.Ttl(), cancelled));

    /// <summary>Gets a map: <c>mapName</c>.</summary>
    [Function("getMap")]
    public Task<IResult> GetMap([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getMap")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.GetMapAsync(parameters.Name("mapName"), cancelled));

    /// <summary>Gets a page of the maps: <c>pageSize</c>, <c>pageToken</c>.</summary>
    [Function("getMaps")]
    public Task<IResult> GetMaps([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getMaps")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.GetMapsAsync(parameters.Page(), cancelled));

    /// <summary>Finds a map's SID, or <c>""</c>: <c>mapName</c>.</summary>
    [Function("searchMap")]
    public Task<IResult> SearchMap([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "searchMap")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.SearchMapAsync(parameters.Name("mapName"), cancelled));

    /// <summary>Sets when a map expires: <c>mapName</c>, <c>ttl</c>.</summary>
    [Function("updateMap")]
    public Task<IResult> UpdateMap([HttpTrigger(AuthorizationLevel.Function, "post", Route = "updateMap")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.UpdateMapAsync(parameters.Name("mapName"), parameters.Ttl(), cancelled));

    /// <summary>Removes a map with its items: <c>mapName</c>, <c>ifMatch</c>.</summary>
    [Function("removeMap")]
    public Task<IResult> RemoveMap([HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeMap")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.RemoveMapAsync(parameters.Name("mapName"), parameters.IfMatch(), cancelled));

    /// <summary>Removes a map by its SID, with its items: <c>mapId</c>, <c>ifMatch</c>.</summary>
    [Function("removeMapById")]
    public Task<IResult> RemoveMapById([HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeMapById")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.RemoveMapByIdAsync(parameters.Sid("mapId", "MP", "map"), parameters.IfMatch(), cancelled));

    /// <summary>Creates or updates a map item: <c>mapName</c>, <c>key</c>, <c>data</c>, <c>ttl</c>, <c>ifMatch</c>.</summary>
    [Function("setMapItem")]
    public Task<IResult> SetMapItem([HttpTrigger(AuthorizationLevel.Function, "post", Route = "setMapItem")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.SetMapItemAsync(
                parameters.Name("mapName"), parameters.Key("key"), ttl: parameters.Ttl(canKeep: true), ifMatch: parameters.IfMatch(),
                data: parameters.Data(), cancellationToken: cancelled));

    /// <summary>Gets all items of a map: <c>mapName</c>.</summary>
    [Function("getMapItems")]
    public Task<IResult> GetMapItems([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getMapItems")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.GetMapItemsAsync(parameters.Name("mapName"), cancelled));

    /// <summary>Gets a map item, or <c>null</c>: <c>mapName</c>, <c>key</c>.</summary>
    [Function("getMapItem")]
    public Task<IResult> GetMapItem([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getMapItem")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.GetMapItemAsync(parameters.Name("mapName"), parameters.Key("key"), cancelled));

    /// <summary>Gets a page of a map's items: <c>mapName</c>, <c>order</c>, <c>from</c>, <c>bounds</c>, <c>pageSize</c>, <c>pageToken</c>.</summary>
    [Function("queryMapItems")]
    public Task<IResult> QueryMapItems([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "queryMapItems")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.QueryMapItemsAsync(parameters.Name("mapName"), parameters.MapQuery(), parameters.Page(), cancelled));

    /// <summary>Merges a patch into a map item's data: <c>mapName</c>, <c>key</c>, <c>patch</c>, <c>ttl</c> (<c>keep</c>), <c>ifMatch</c>.</summary>
    [Function("patchMapItem")]
    public Task<IResult> PatchMapItem([HttpTrigger(AuthorizationLevel.Function, "post", Route = "patchMapItem")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.PatchMapItemAsync(
                parameters.Name("mapName"), parameters.Key("key"), parameters.Patch(), parameters.Ttl(canKeep: true, SyncTtl.Keep),
                parameters.IfMatch(), cancelled));

    /// <summary>Adds to a number in a map item's data: <c>mapName</c>, <c>key</c>, <c>path</c>, <c>by</c> (1), <c>ifMatch</c>.</summary>
    [Function("incrementMapItem")]
    public Task<IResult> IncrementMapItem([HttpTrigger(AuthorizationLevel.Function, "post", Route = "incrementMapItem")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.IncrementMapItemAsync(
                parameters.Name("mapName"), parameters.Key("key"), parameters.Pointer(), parameters.By(), parameters.IfMatch(), cancelled));

    /// <summary>Removes a map item: <c>mapName</c>, <c>key</c>, <c>ifMatch</c>.</summary>
    [Function("removeMapItem")]
    public Task<IResult> RemoveMapItem([HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeMapItem")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.RemoveMapItemAsync(parameters.Name("mapName"), parameters.Key("key"), parameters.IfMatch(), cancelled));
}
