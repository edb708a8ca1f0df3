using System.Net;
using System.Text.Json;

using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

using SyncFunctions.Client;
using SyncFunctions.Functions.Binding;
using SyncFunctions.Store;

namespace SyncFunctions.Functions;

/// <summary>The functions of Sync message streams.</summary>
[Capability("Message streams", "Messages that are sent to subscribers but not stored.")]
public sealed class StreamFunctions(FunctionRunner functions)
{
    private static readonly Parameter<string> StreamName = Parameter.UniqueName("streamName", "message stream");

    private static readonly FunctionDeclaration<string, SyncTtl, SyncStream> CreateStreamDeclaration = new(
        "createStream", "Creates a message stream.", StreamName, Parameter.Ttl)
    {
        Failures = [HttpStatusCode.Conflict],
    };

    /// <summary>Creates a message stream.</summary>
    [Function("createStream")]
    public Task<IResult> CreateStream([HttpTrigger(AuthorizationLevel.Function, "post", Route = "createStream")] HttpRequest request) =>
        functions.RunAsync(request, CreateStreamDeclaration, (store, streamName, ttl, cancelled) =>
            store.CreateStreamAsync(streamName, ttl, cancelled));

    private static readonly FunctionDeclaration<string, SyncTtl, SyncStream> OpenStreamDeclaration = new(
        "openStream", "Gets a message stream, or creates it if there is none.", StreamName, Parameter.Ttl);

    /// <summary>Gets a message stream, or creates it if there is none.</summary>
    [Function("openStream")]
    public Task<IResult> OpenStream([HttpTrigger(AuthorizationLevel.Function, "post", Route = "openStream")] HttpRequest request) =>
        functions.RunAsync(request, OpenStreamDeclaration, (store, streamName, ttl, cancelled) =>
            store.OpenStreamAsync(streamName, ttl, cancelled));

    private static readonly FunctionDeclaration<string, SyncStream> GetStreamDeclaration = new("getStream", "Gets a message stream.", StreamName);

    /// <summary>Gets a message stream.</summary>
    [Function("getStream")]
    public Task<IResult> GetStream([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getStream")] HttpRequest request) =>
        functions.RunAsync(request, GetStreamDeclaration, (store, streamName, cancelled) =>
            store.GetStreamAsync(streamName, cancelled));

    private static readonly FunctionDeclaration<PageRequest, SyncPage<SyncStream>> GetStreamsDeclaration = new(
        "getStreams", "Gets a page of the message streams.", Parameter.Page);

    /// <summary>Gets a page of the message streams.</summary>
    [Function("getStreams")]
    public Task<IResult> GetStreams([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getStreams")] HttpRequest request) =>
        functions.RunAsync(request, GetStreamsDeclaration, (store, page, cancelled) =>
            store.GetStreamsAsync(page, cancelled));

    private static readonly FunctionDeclaration<string, string> SearchStreamDeclaration = new(
        "searchStream", "Finds a message stream's SID, or an empty text.", StreamName);

    /// <summary>Finds a message stream's SID, or <c>""</c>.</summary>
    [Function("searchStream")]
    public Task<IResult> SearchStream([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "searchStream")] HttpRequest request) =>
        functions.RunAsync(request, SearchStreamDeclaration, (store, streamName, cancelled) =>
            store.SearchStreamAsync(streamName, cancelled));

    private static readonly FunctionDeclaration<string, SyncTtl, SyncStream> UpdateStreamDeclaration = new(
        "updateStream", "Sets when a message stream expires.", StreamName, Parameter.Ttl);

    /// <summary>Sets when a message stream expires.</summary>
    [Function("updateStream")]
    public Task<IResult> UpdateStream([HttpTrigger(AuthorizationLevel.Function, "post", Route = "updateStream")] HttpRequest request) =>
        functions.RunAsync(request, UpdateStreamDeclaration, (store, streamName, ttl, cancelled) =>
            store.UpdateStreamAsync(streamName, ttl, cancelled));

    private static readonly FunctionDeclaration<string, string> RemoveStreamDeclaration = new("removeStream", "Removes a message stream.", StreamName);

    /// <summary>Removes a message stream.</summary>
    [Function("removeStream")]
    public Task<IResult> RemoveStream([HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeStream")] HttpRequest request) =>
        functions.RunAsync(request, RemoveStreamDeclaration, (store, streamName, cancelled) =>
            store.RemoveStreamAsync(streamName, cancelled));

    private static readonly FunctionDeclaration<string, string> RemoveStreamByIdDeclaration = new(
        "removeStreamById", "Removes a message stream by its SID.", Parameter.Sid("streamId", "TO", "stream"));

    /// <summary>Removes a message stream by its SID.</summary>
    [Function("removeStreamById")]
    public Task<IResult> RemoveStreamById(
        [HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeStreamById")] HttpRequest request) =>
        functions.RunAsync(request, RemoveStreamByIdDeclaration, (store, streamId, cancelled) =>
            store.RemoveStreamByIdAsync(streamId, cancelled));

    private static readonly FunctionDeclaration<string, JsonElement, SyncStreamMessage> PublishStreamMessageDeclaration = new(
        "publishStreamMessage", "Publishes a message.", StreamName, Parameter.Message);

    /// <summary>Publishes a message.</summary>
    [Function("publishStreamMessage")]
    public Task<IResult> PublishStreamMessage(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "publishStreamMessage")] HttpRequest request) =>
        functions.RunAsync(request, PublishStreamMessageDeclaration, (store, streamName, data, cancelled) =>
            store.PublishStreamMessageAsync(streamName, data, cancelled));
}
