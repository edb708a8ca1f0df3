using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

using SyncFunctions.Store.Json;

namespace SyncFunctions.Functions;

/// <summary>The functions of Sync message streams.</summary>
public sealed class StreamFunctions(FunctionRunner functions)
{
    /// <summary>Creates a message stream: <c>streamName</c>, <c>ttl</c>.</summary>
    [Function("createStream")]
    public Task<IResult> CreateStream([HttpTrigger(AuthorizationLevel.Function, "post", Route = "createStream")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.CreateStreamAsync(parameters.Name("streamName"), parameters.Ttl(), cancelled));

    /// <summary>Gets a message stream, and creates it where there is none: <c>streamName</c>, <c>ttl</c>.</summary>
    [Function("openStream")]
    public Task<IResult> OpenStream([HttpTrigger(AuthorizationLevel.Function, "post", Route = "openStream")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.OpenStreamAsync(parameters.Name("streamName"), parameters.Ttl(), cancelled));

    /// <summary>Gets a message stream: <c>streamName</c>.</summary>
    [Function("getStream")]
    public Task<IResult> GetStream([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getStream")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.GetStreamAsync(parameters.Name("streamName"), cancelled));

    /// <summary>Gets a page of the message streams: <c>pageSize</c>, <c>pageToken</c>.</summary>
    [Function("getStreams")]
    public Task<IResult> GetStreams([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getStreams")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.GetStreamsAsync(parameters.Page(), cancelled));

    /// <summary>Finds a message stream's SID, or <c>""</c>: <c>streamName</c>.</summary>
    [Function("searchStream")]
    public Task<IResult> SearchStream([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "searchStream")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.SearchStreamAsync(parameters.Name("streamName"), cancelled));

    /// <summary>Sets when a message stream expires: <c>streamName</c>, <c>ttl</c>.</summary>
    [Function("updateStream")]
    public Task<IResult> UpdateStream([HttpTrigger(AuthorizationLevel.Function, "post", Route = "updateStream")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.UpdateStreamAsync(parameters.Name("streamName"), parameters.Ttl(), cancelled));

    /// <summary>Removes a message stream: <c>streamName</c>.</summary>
    [Function("removeStream")]
    public Task<IResult> RemoveStream([HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeStream")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.RemoveStreamAsync(parameters.Name("streamName"), cancelled));

    /// <summary>Removes a message stream by its SID: <c>streamId</c>.</summary>
    [Function("removeStreamById")]
    public Task<IResult> RemoveStreamById(
        [HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeStreamById")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.RemoveStreamByIdAsync(parameters.Sid("streamId", "TO", "stream"), cancelled));

    /// <summary>Publishes a message: <c>streamName</c>, <c>data</c> of at most 4 KiB.</summary>
    [Function("publishStreamMessage")]
    public Task<IResult> PublishStreamMessage(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "publishStreamMessage")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.PublishStreamMessageAsync(parameters.Name("streamName"), parameters.Data(JsonObjectText.MaximumMessageSize), cancelled));
}
