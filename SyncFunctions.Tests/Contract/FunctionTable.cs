namespace SyncFunctions.Tests.Contract;

/// <summary>A parameter of a function, as documented.</summary>
/// <param name="Example">A value, as JSON, that is accepted; <see langword="null"/> if only Sync can give one.</param>
/// <param name="Default">What it is if it is not given, as callers write it; <see langword="null"/> for nothing.</param>
public sealed record ParameterContract(string Name, string? Example, bool Required = true, string? Default = null);

/// <summary>A function as callers see it.</summary>
/// <param name="Parameters">Its own; each function with <see cref="UsesSync"/> takes <c>service</c> too.</param>
public sealed record FunctionContract(string Name, string[] Methods, params ParameterContract[] Parameters)
{
    public string KeyLevel { get; init; } = "Function";

    public string Route { get; init; } = Name;

    /// <summary>The names of the route's own parameters.</summary>
    public string[] RouteParameters { get; init; } = [];

    /// <summary>Whether Twilio's signed callbacks may call it.</summary>
    public bool AllowsWebhooks { get; init; } = true;

    /// <summary>Whether it works on a Sync service that a call chooses.</summary>
    public bool UsesSync { get; init; } = true;

    /// <summary>Whether it serves a page for people, which the API's description leaves out.</summary>
    public bool IsPage { get; init; }

    /// <summary>The parameters of a call with all that can be given.</summary>
    public IEnumerable<ParameterContract> Given => Parameters.Where(parameter => parameter.Example is not null);
}

/// <summary>
/// Every function, as documented. A new function needs a line here. The tests of all functions use the table, and compare it with the app's declarations.
/// </summary>
public static class FunctionTable
{
    private static readonly string[] Writes = ["POST"];
    private static readonly string[] Reads = ["GET", "POST"];
    private static readonly string[] Removes = ["DELETE", "POST"];

    private static readonly ParameterContract Data = new("data", """{"a":1}""");
    private static readonly ParameterContract Ttl = new("ttl", "60", Required: false, "0");
    private static readonly ParameterContract PatchTtl = Ttl with { Default = "keep" };
    private static readonly ParameterContract TokenTtl = Ttl with { Default = "3600" };
    private static readonly ParameterContract DocName = Name("docName");
    private static readonly ParameterContract ListName = Name("listName");
    private static readonly ParameterContract MapName = Name("mapName");
    private static readonly ParameterContract StreamName = Name("streamName");
    private static readonly ParameterContract Index = new("index", "0");
    private static readonly ParameterContract Identity = new("identity", "\"alice\"");
    private static readonly ParameterContract Read = new("read", "true", Required: false, "false");
    private static readonly ParameterContract Write = Read with { Name = "write" };
    private static readonly ParameterContract Manage = Read with { Name = "manage" };
    private static readonly ParameterContract Patch = new("patch", """{"a":1}""");
    private static readonly ParameterContract Path = new("path", "\"/a\"");
    private static readonly ParameterContract By = new("by", "2", Required: false, "1");
    private static readonly ParameterContract ItemKey = new("key", "\"k\"");
    private static readonly ParameterContract DataKeys = new("key", "\"a,b\"");
    private static readonly ParameterContract IfMatch = new("ifMatch", "\"*\"", Required: false);
    private static readonly ParameterContract Order = new("order", "\"asc\"", Required: false);
    private static readonly ParameterContract FromIndex = new("from", "0", Required: false);
    private static readonly ParameterContract FromKey = new("from", "\"k\"", Required: false);
    private static readonly ParameterContract Bounds = new("bounds", "\"inclusive\"", Required: false);
    private static readonly ParameterContract Where = new("where", "\"a > 0\"", Required: false);
    private static readonly ParameterContract Field = new("path", "\"a.b\"");
    private static readonly ParameterContract GroupBy = new("groupBy", "\"/c\"", Required: false);
    private static readonly ParameterContract PageSize = new("pageSize", "10", Required: false, "50");
    private static readonly ParameterContract PageToken = new("pageToken", null, Required: false);
    private static readonly ParameterContract ChatServiceSid = Sid("chatServiceSid", "IS") with { Required = false };
    private static readonly ParameterContract Executor = new("executor", "\"extension\"");
    private static readonly ParameterContract Room = new("room", "\"a room\"", Required: false);
    private static readonly ParameterContract Grants = new("grants", """["sync","chat","video","voice"]""", Required: false);
    private static readonly ParameterContract PushCredentialSid = Sid("pushCredentialSid", "CR") with { Required = false };
    private static readonly ParameterContract EndpointId = new("endpointId", "\"a device\"", Required: false);
    private static readonly ParameterContract OutgoingApplicationSid = Sid("outgoingApplicationSid", "AP") with { Required = false };
    private static readonly ParameterContract IncomingAllow = new("incomingAllow", "true", Required: false, "false");
    private static readonly ParameterContract SessionId = new("sessionId", "\"00000000-0000-0000-0000-000000000000\"");
    private static readonly ParameterContract ParticipantId = new("participantId", "\"11111111-1111-1111-1111-111111111111\"");
    private static readonly ParameterContract SessionName = new("sessionName", "\"A consultation\"", Required: false);
    private static readonly ParameterContract StartTime = new("startTime", "\"2020-01-01T09:00:00Z\"");
    private static readonly ParameterContract EndTime = new("endTime", "\"2120-01-01T09:30:00Z\"");
    private static readonly ParameterContract Picture = new("picture", "\"https://example.com/p.png\"", Required: false);
    private static readonly ParameterContract DisplayName = new("displayName", "\"Dr. Who\"", Required: false);
    private static readonly ParameterContract State = new("state", "\"invited\"", Required: false);
    private static readonly ParameterContract Role = new("role", "\"HOST\"", Required: false);
    private static readonly ParameterContract IncludeRemoved = new("includeRemoved", "true", Required: false);

    private static readonly ParameterContract Before = new("before", "1000000", Required: false);
    private static readonly ParameterContract After = new("after", "0", Required: false);
    private static readonly ParameterContract Status = new("status", "\"5xx\"", Required: false);
    private static readonly ParameterContract JobId = new("jobId", "\"job-1\"");

    /// <summary>The functions that the Functions host calls for the messages of a queue, with the queue.</summary>
    public static IReadOnlyDictionary<string, string> Queues { get; } = new Dictionary<string, string> { ["runJob"] = "sync-jobs", ["failJob"] = "sync-jobs-poison" };

    public static IReadOnlyList<FunctionContract> All { get; } =
    [
        new("createDocument", Writes, DocName, Data, Ttl),
        new("getDocument", Reads, DocName),
        new("searchDocument", Reads, DocName),
        new("updateDocument", Writes, DocName, Data, Ttl, IfMatch),
        new("removeDocument", Removes, DocName, IfMatch),
        new("removeDocumentById", Removes, Sid("documentId", "ET"), IfMatch),

        new("createList", Writes, ListName, Ttl),
        new("getList", Reads, ListName),
        new("searchList", Reads, ListName),
        new("removeList", Removes, ListName, IfMatch),
        new("removeListById", Removes, Sid("listId", "ES"), IfMatch),
        new("addListItem", Writes, ListName, Data, Ttl),
        new("getListItems", Reads, ListName, DataKeys with { Required = false }),
        new("getListItem", Reads, ListName, DataKeys with { Required = false }),
        new("removeListItems", Removes, ListName, DataKeys),
        new("removeListItem", Removes, ListName, DataKeys),

        new("createMap", Writes, MapName, Ttl),
        new("getMap", Reads, MapName),
        new("searchMap", Reads, MapName),
        new("removeMap", Removes, MapName, IfMatch),
        new("removeMapById", Removes, Sid("mapId", "MP"), IfMatch),
        new("setMapItem", Writes, MapName, ItemKey, Data, Ttl, IfMatch),
        new("getMapItems", Reads, MapName),
        new("getMapItem", Reads, MapName, ItemKey),
        new("removeMapItem", Removes, MapName, ItemKey, IfMatch),

        new("openDocument", Writes, DocName, Data with { Required = false, Default = "{}" }, Ttl),
        new("getDocuments", Reads, PageSize, PageToken),
        new("patchDocument", Writes, DocName, Patch, PatchTtl, IfMatch),
        new("incrementDocument", Writes, DocName, Path, By, IfMatch),

        new("openList", Writes, ListName, Ttl),
        new("getLists", Reads, PageSize, PageToken),
        new("updateList", Writes, ListName, Ttl),
        new("queryListItems", Reads, ListName, Order, FromIndex, Bounds, Where, PageSize, PageToken),
        new("getListItemByIndex", Reads, ListName, Index),
        new("updateListItem", Writes, ListName, Index, Data, Ttl, IfMatch),
        new("patchListItem", Writes, ListName, Index, Patch, PatchTtl, IfMatch),
        new("removeListItemByIndex", Removes, ListName, Index, IfMatch),

        new("addListItems", Writes, ListName, new ParameterContract("items", """[{"a":1},{"a":2}]"""), Ttl),
        new("summarizeListItems", Reads, ListName, Field, Where, GroupBy),
        new("summarizeMapItems", Reads, MapName, Field, Where, GroupBy),

        new("openMap", Writes, MapName, Ttl),
        new("getMaps", Reads, PageSize, PageToken),
        new("updateMap", Writes, MapName, Ttl),
        new("queryMapItems", Reads, MapName, Order, FromKey, Bounds, Where, PageSize, PageToken),
        new("patchMapItem", Writes, MapName, ItemKey, Patch, PatchTtl, IfMatch),
        new("incrementMapItem", Writes, MapName, ItemKey, Path, By, IfMatch),

        new("createStream", Writes, StreamName, Ttl),
        new("openStream", Writes, StreamName, Ttl),
        new("getStream", Reads, StreamName),
        new("getStreams", Reads, PageSize, PageToken),
        new("searchStream", Reads, StreamName),
        new("updateStream", Writes, StreamName, Ttl),
        new("removeStream", Removes, StreamName),
        new("removeStreamById", Removes, Sid("streamId", "TO")),
        new("publishStreamMessage", Writes, StreamName, Data),

        new("setDocumentPermission", Writes, DocName, Identity, Read, Write, Manage) { AllowsWebhooks = false },
        new("getDocumentPermission", Reads, DocName, Identity),
        new("getDocumentPermissions", Reads, DocName),
        new("removeDocumentPermission", Removes, DocName, Identity) { AllowsWebhooks = false },
        new("setListPermission", Writes, ListName, Identity, Read, Write, Manage) { AllowsWebhooks = false },
        new("getListPermission", Reads, ListName, Identity),
        new("getListPermissions", Reads, ListName),
        new("removeListPermission", Removes, ListName, Identity) { AllowsWebhooks = false },
        new("setMapPermission", Writes, MapName, Identity, Read, Write, Manage) { AllowsWebhooks = false },
        new("getMapPermission", Reads, MapName, Identity),
        new("getMapPermissions", Reads, MapName),
        new("removeMapPermission", Removes, MapName, Identity) { AllowsWebhooks = false },

        new("getService", Reads),
        new("getServices", Reads) { UsesSync = false },
        new("createToken", Reads, Identity, TokenTtl, Grants, ChatServiceSid, PushCredentialSid, EndpointId, Room, OutgoingApplicationSid, IncomingAllow)
        {
            AllowsWebhooks = false,
        },

        new("userToken", Reads, Identity with { Required = false }, new ParameterContract("password", "\"a password\"", Required: false))
        {
            KeyLevel = "Anonymous", UsesSync = false, AllowsWebhooks = false,
        },

        new("addActions", Writes, DocName, new ParameterContract("actions", """[{"actionType":"extension.stop","additionalInfo":{"a":1}}]""")),
        new("addAction", Writes, DocName, new ParameterContract("actionType", "\"extension.stop\""), new ParameterContract("additionalInfo", """{"a":1}""", Required: false)),
        new("takeActions", Writes, DocName, Executor, new ParameterContract("max", "5", Required: false, "1"), new ParameterContract("takeId", "\"take-1\"", Required: false)),
        new("getActionTypes", Reads),

        new("createSession", Writes, SessionName, StartTime, EndTime, Picture,
            new ParameterContract("participants", """[{"displayName":"Dr. Who","role":"HOST"}]""", Required: false, "[]")) { AllowsWebhooks = false },
        new("getSession", Reads, SessionId, IncludeRemoved with { Default = "false" }, IfMatch) { AllowsWebhooks = false },
        new("updateSession", Writes, SessionId, SessionName, StartTime with { Required = false }, EndTime with { Required = false }, Picture, IfMatch)
        {
            AllowsWebhooks = false,
        },
        new("cancelSession", Removes, SessionId, IfMatch) { AllowsWebhooks = false },
        new("getSessions", Reads, StartTime with { Name = "from", Required = false }, EndTime with { Name = "to", Required = false }, State,
            IncludeRemoved with { Name = "includeCanceled", Example = "false" }, IncludeRemoved, Order, PageSize, PageToken) { AllowsWebhooks = false },
        new("addParticipant", Writes, SessionId, DisplayName, Role with { Default = "GUEST" }, Picture, State) { AllowsWebhooks = false },
        new("getParticipants", Reads, SessionId) { AllowsWebhooks = false },
        new("getParticipant", Reads, ParticipantId) { AllowsWebhooks = false },
        new("updateParticipant", Writes, ParticipantId, DisplayName, Role, Picture, State) { AllowsWebhooks = false },
        new("admitParticipant", Writes, ParticipantId) { AllowsWebhooks = false },
        new("removeParticipant", Removes, ParticipantId) { AllowsWebhooks = false },
        new("join", ["GET"])
        {
            KeyLevel = "Anonymous", Route = "join/{participantId}", RouteParameters = ["participantId"], AllowsWebhooks = false,
        },

        new("exportService", Reads) { AllowsWebhooks = false },
        new("importService", Writes, new ParameterContract("onConflict", "\"skip\"", Required: false, "fail")) { AllowsWebhooks = false },
        new("resetService", Writes, new ParameterContract("confirm", "\"default\"")) { AllowsWebhooks = false },

        new("startJob", Writes, new ParameterContract("type", "\"removeItems\""), new ParameterContract("input", """{"listName":"some name"}""")) { AllowsWebhooks = false },
        new("getJob", Reads, JobId),
        new("listJobs", Reads, new ParameterContract("state", "\"failed\"", Required: false), new ParameterContract("type", "\"removeItems\"", Required: false), PageSize, PageToken),
        new("cancelJob", Writes, JobId) { AllowsWebhooks = false },
        new("cleanJobs", Writes, new ParameterContract("state", "\"completed\""), new ParameterContract("jobIds", """["job-1"]""", Required: false)) { AllowsWebhooks = false },
        new("getWorkerState", Reads),
        new("getServerState", Reads),

        new("getRequests", Reads, PageSize, Before, After, new ParameterContract("path", "\"nowhere\"", Required: false), Status,
            new ParameterContract("via", "\"rest\"", Required: false), new ParameterContract("method", "\"DELETE\"", Required: false))
        {
            UsesSync = false, AllowsWebhooks = false,
        },
        new("getEvents", Reads, PageSize, Before, After, new ParameterContract("service", "\"default\"", Required: false),
            new ParameterContract("object", "\"nowhere\"", Required: false), new ParameterContract("type", "\"map_item_added\"", Required: false))
        {
            UsesSync = false, AllowsWebhooks = false,
        },
        new("getWebhookDeliveries", Reads, PageSize, Before, After, Status) { UsesSync = false, AllowsWebhooks = false },
        new("sendWebhookDelivery", Writes, new ParameterContract("deliveryId", "1000000")) { UsesSync = false, AllowsWebhooks = false },
        new("getConnections", Reads) { UsesSync = false, AllowsWebhooks = false },
        new("dropConnection", Removes, new ParameterContract("connectionId", "\"nobody\"")) { UsesSync = false, AllowsWebhooks = false },

        new("webhook", Reads)
        {
            KeyLevel = "Anonymous", Route = "webhook/{function}", RouteParameters = ["function"], UsesSync = false, AllowsWebhooks = false,
        },
        new("explorer", ["GET"]) { KeyLevel = "Anonymous", Route = "explorer/{*path}", UsesSync = false, AllowsWebhooks = false, IsPage = true },
        new("openapi", ["GET"]) { KeyLevel = "Anonymous", Route = "openapi.json", UsesSync = false, AllowsWebhooks = false },
        new("openapiV2", ["GET"]) { KeyLevel = "Anonymous", Route = "openapi.v2.json", UsesSync = false, AllowsWebhooks = false },
        new("health", Reads) { KeyLevel = "Anonymous", UsesSync = false, AllowsWebhooks = false },
    ];

    /// <summary>The functions that descriptions of the API have.</summary>
    public static IEnumerable<FunctionContract> Described => All.Where(function => !function.IsPage);

    private static ParameterContract Name(string parameter) => new(parameter, "\"some name\"");

    private static ParameterContract Sid(string parameter, string prefix) => new(parameter, $"\"{prefix}{new string('0', 32)}\"");
}
