namespace SyncFunctions.Tests.Contract;

/// <summary>What a parameter takes, and so what it must refuse.</summary>
public enum ParameterKind
{
    /// <summary>A unique name: 1 to 320 characters, not of a SID's shape.</summary>
    Name,

    /// <summary>A map item's key: 1 to 320 characters.</summary>
    Key,

    /// <summary>Any text that is not empty.</summary>
    Text,

    /// <summary>A SID.</summary>
    Sid,

    /// <summary>A JSON object of up to 16 KiB.</summary>
    Data,

    /// <summary>Seconds to live.</summary>
    Ttl,

    /// <summary>Seconds to live, or <c>keep</c>.</summary>
    TtlOrKeep,

    /// <summary>A list item's index.</summary>
    Index,

    /// <summary>Something whose rules have tests of their own.</summary>
    Other,
}

/// <summary>A parameter of a function.</summary>
/// <param name="Example">A value, as JSON, that is accepted.</param>
public sealed record ParameterContract(string Name, ParameterKind Kind, string Example, bool Required = true);

/// <summary>A function as callers see it.</summary>
public sealed record FunctionContract(string Name, string[] Methods, params ParameterContract[] Parameters)
{
    public string KeyLevel { get; init; } = "Function";

    public string Route { get; init; } = Name;

    /// <summary>The names of the route's own parameters.</summary>
    public string[] RouteParameters { get; init; } = [];
}

/// <summary>Every function: a new one gets a line here, and is then tested for what all functions have in common.</summary>
public static class FunctionTable
{
    private static readonly string[] Writes = ["POST"];
    private static readonly string[] Reads = ["GET", "POST"];
    private static readonly string[] Removes = ["DELETE", "POST"];

    private static readonly ParameterContract Data = new("data", ParameterKind.Data, """{"a":1}""");
    private static readonly ParameterContract Ttl = new("ttl", ParameterKind.Ttl, "60", Required: false);
    private static readonly ParameterContract TtlOrKeep = new("ttl", ParameterKind.TtlOrKeep, "60", Required: false);
    private static readonly ParameterContract DocName = Name("docName");
    private static readonly ParameterContract ListName = Name("listName");
    private static readonly ParameterContract MapName = Name("mapName");
    private static readonly ParameterContract StreamName = Name("streamName");
    private static readonly ParameterContract Index = new("index", ParameterKind.Index, "0");
    private static readonly ParameterContract Identity = new("identity", ParameterKind.Text, "\"alice\"");
    private static readonly ParameterContract Patch = new("patch", ParameterKind.Data, """{"a":1}""");
    private static readonly ParameterContract Path = new("path", ParameterKind.Other, "\"/a\"");
    private static readonly ParameterContract ItemKey = new("key", ParameterKind.Key, "\"k\"");
    private static readonly ParameterContract DataKeys = new("key", ParameterKind.Text, "\"a,b\"");

    public static IReadOnlyList<FunctionContract> All { get; } =
    [
        new("createDocument", Writes, DocName, Data, Ttl),
        new("getDocument", Reads, DocName),
        new("searchDocument", Reads, DocName),
        new("updateDocument", Writes, DocName, Data, TtlOrKeep),
        new("removeDocument", Removes, DocName),
        new("removeDocumentById", Removes, Sid("documentId", "ET")),

        new("createList", Writes, ListName, Ttl),
        new("getList", Reads, ListName),
        new("searchList", Reads, ListName),
        new("removeList", Removes, ListName),
        new("removeListById", Removes, Sid("listId", "ES")),
        new("addListItem", Writes, ListName, Data, Ttl),
        new("getListItems", Reads, ListName, DataKeys with { Required = false }),
        new("getListItem", Reads, ListName, DataKeys with { Required = false }),
        new("removeListItems", Removes, ListName, DataKeys),
        new("removeListItem", Removes, ListName, DataKeys),

        new("createMap", Writes, MapName, Ttl),
        new("getMap", Reads, MapName),
        new("searchMap", Reads, MapName),
        new("removeMap", Removes, MapName),
        new("removeMapById", Removes, Sid("mapId", "MP")),
        new("setMapItem", Writes, MapName, ItemKey, Data, TtlOrKeep),
        new("getMapItems", Reads, MapName),
        new("getMapItem", Reads, MapName, ItemKey),
        new("removeMapItem", Removes, MapName, ItemKey),

        new("openDocument", Writes, DocName, Data with { Required = false }, Ttl),
        new("getDocuments", Reads),
        new("patchDocument", Writes, DocName, Patch, TtlOrKeep),
        new("incrementDocument", Writes, DocName, Path),

        new("openList", Writes, ListName, Ttl),
        new("getLists", Reads),
        new("updateList", Writes, ListName, Ttl),
        new("queryListItems", Reads, ListName),
        new("getListItemByIndex", Reads, ListName, Index),
        new("updateListItem", Writes, ListName, Index, Data, TtlOrKeep),
        new("patchListItem", Writes, ListName, Index, Patch, TtlOrKeep),
        new("removeListItemByIndex", Removes, ListName, Index),

        new("openMap", Writes, MapName, Ttl),
        new("getMaps", Reads),
        new("updateMap", Writes, MapName, Ttl),
        new("queryMapItems", Reads, MapName),
        new("patchMapItem", Writes, MapName, ItemKey, Patch, TtlOrKeep),
        new("incrementMapItem", Writes, MapName, ItemKey, Path),

        new("createStream", Writes, StreamName, Ttl),
        new("openStream", Writes, StreamName, Ttl),
        new("getStream", Reads, StreamName),
        new("getStreams", Reads),
        new("searchStream", Reads, StreamName),
        new("updateStream", Writes, StreamName, Ttl),
        new("removeStream", Removes, StreamName),
        new("removeStreamById", Removes, Sid("streamId", "TO")),
        new("publishStreamMessage", Writes, StreamName, Data),

        new("setDocumentPermission", Writes, DocName, Identity),
        new("getDocumentPermission", Reads, DocName, Identity),
        new("getDocumentPermissions", Reads, DocName),
        new("removeDocumentPermission", Removes, DocName, Identity),
        new("setListPermission", Writes, ListName, Identity),
        new("getListPermission", Reads, ListName, Identity),
        new("getListPermissions", Reads, ListName),
        new("removeListPermission", Removes, ListName, Identity),
        new("setMapPermission", Writes, MapName, Identity),
        new("getMapPermission", Reads, MapName, Identity),
        new("getMapPermissions", Reads, MapName),
        new("removeMapPermission", Removes, MapName, Identity),

        new("getService", Reads),
        new("createToken", Reads, Identity),

        new("webhook", Reads) { KeyLevel = "Anonymous", Route = "webhook/{function}", RouteParameters = ["function"] },
        new("health", Reads) { KeyLevel = "Anonymous" },
    ];

    private static ParameterContract Name(string parameter) => new(parameter, ParameterKind.Name, "\"some name\"");

    private static ParameterContract Sid(string parameter, string prefix) => new(parameter, ParameterKind.Sid, $"\"{prefix}{new string('0', 32)}\"");
}
