using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Protocol;

/// <summary>Creates every error that the emulator returns. No other class has codes, statuses or texts.</summary>
internal static class ProtocolErrors
{
    public static ProtocolException Unauthorized() => new(401, 20003, "Authenticate");

    /// <param name="path">The requested path, without the version.</param>
    public static ProtocolException NotFound(string path) => new(404, 20404, $"The requested resource {path} was not found");

    public static ProtocolException MethodNotAllowed() => new(405, 20004, "Method not allowed");

    public static ProtocolException InvalidParameter(string name) => new(400, 20422, $"Invalid parameter: {name}");

    /// <param name="rule">What it must be: "must be …".</param>
    public static ProtocolException InvalidParameter(string name, string rule) => new(400, 20422, $"Invalid parameter: {name} {rule}");

    public static ProtocolException InternalError() => new(500, 20500, "Internal Server Error");

    /// <summary>The request has a host name that is not this machine's, or came through a proxy or tunnel.</summary>
    public static ProtocolException NotLocal() => new(
        403, 20403, "The emulator serves this machine only: the Host is another, or a proxy or tunnel has passed the request on. See Emulator__AllowedHosts");

    /// <summary>A web page of a foreign origin sent the request.</summary>
    public static ProtocolException ForeignOrigin() => new(
        403, 20403, "A web page of another origin sent the request. See Emulator__AllowedOrigins, or Cors__AllowedOrigins of the functions");

    /// <param name="reason">Why nothing can be written. Twilio's own services have no such error.</param>
    public static ProtocolException Unavailable(string reason) => new(503, 20503, reason);

    /// <summary>Gets the error for an unexpected exception.</summary>
    public static ProtocolException Unexpected(Exception exception) => exception is DataFileException ? Unavailable(exception.Message) : InternalError();

    public static ProtocolException InvalidIfMatch() => new(400, 54003, "Invalid If-Match header");

    public static ProtocolException EntityTooLarge() => new(413, 54006, "Request entity too large");

    public static ProtocolException InvalidData() => new(400, 54008, "Invalid request body: the type of one of the attributes is invalid");

    /// <param name="limit">The name of the limit, such as <c>write-map-MP…</c>.</param>
    public static ProtocolException RateLimitExceeded(string limit) => new(429, 54009, $"Rate limit exceeded for {limit}");

    public static ProtocolException NoParameters() => new(400, 54010, "Invalid request: no parameters to update were given");

    public static ProtocolException InvalidTtl() => new(400, 54011, "Invalid TTL. Expected an integer between 0 and 31536000");

    public static ProtocolException InvalidWebhookUrl() => new(400, 54051, "Invalid WebhookUrl. Expected a valid URL of at most 512 characters");

    public static ProtocolException InvalidFriendlyName() => new(400, 54053, "Invalid FriendlyName. Expected a string with length 1-255");

    public static ProtocolException InvalidUniqueName() => new(
        400, 54302, "Invalid unique name. Expected a string with length 1-320 not matching the SID pattern [A-Z]{2}[a-f0-9]{32}");

    public static ProtocolException InvalidItemKey() => new(400, 54209, "Invalid Item key. Expected a string with length 1-320");

    public static ProtocolException InvalidIdentity() => new(400, 54351, "Invalid identity. Expected a string with length 1-256");

    public static ProtocolException InvalidOrder() => new(400, 54451, "Invalid Order. Expected asc or desc");

    public static ProtocolException InvalidBounds() => new(400, 54452, "Invalid Bounds. Expected inclusive or exclusive");

    public static ProtocolException InvalidPageToken() => new(400, 54453, "Invalid PageToken");

    public static ProtocolException InvalidPageSize() => new(400, 54454, "Invalid PageSize. Expected an integer between 1 and 1000");

    public static ProtocolException InvalidQuery() => new(400, 54507, "Invalid query");

    public static ProtocolException TooManyOperators() => new(400, 54509, "Query expression contains too many operators");

    public static ProtocolException TooManyValues() => new(400, 54510, "Query expression contains an array with too many items");

    public static ProtocolException InvalidIndex() => new(400, 54458, "Invalid List Item index. Expected a non-negative integer");

    /// <summary>Data is required but was not given, or is <c>null</c>.</summary>
    public static ProtocolException NullData(ObjectKind kind) => kind switch
    {
        ObjectKind.Document => new(400, 54101, "Document data cannot be null"),
        ObjectKind.List => new(400, 54156, "List Item data cannot be null"),
        ObjectKind.Map => new(400, 54206, "Map Item data cannot be null"),
        _ => new(400, 54251, "Stream Message data cannot be null"),
    };

    public static ProtocolException TooManySubscriptions() => new(400, 54419, "Too many subscriptions");

    /// <summary>Converts a failure of the engine to an error of the REST API: everything that does not exist has the same error.</summary>
    /// <param name="path">The requested path, without the version.</param>
    public static ProtocolException ForRest(SyncFailure failure, ObjectKind kind, string path) => Common(failure, kind) ?? NotFound(path);

    /// <summary>Converts a failure of the engine to an error of the realtime protocol: each kind of object that does not exist has its own error.</summary>
    /// <param name="byName">Whether the object was addressed by its unique name.</param>
    public static ProtocolException ForRealtime(SyncFailure failure, ObjectKind kind, bool byName) => Common(failure, kind) ?? (failure, kind) switch
    {
        (SyncFailure.ServiceNotFound, _) => new(404, 54050, "Service instance not found"),
        (SyncFailure.ItemNotFound, ObjectKind.List) => new(404, 54151, "Item not found"),
        (SyncFailure.ItemNotFound, _) => new(404, 54201, "Item not found"),
        _ when byName => new(404, 54300, "Unique name not found"),
        (_, ObjectKind.Document) => new(404, 54100, "Document not found"),
        (_, ObjectKind.List) => new(404, 54150, "List not found"),
        (_, ObjectKind.Map) => new(404, 54200, "Map not found"),
        _ => new(404, 54250, "Stream not found"),
    };

    private static ProtocolException? Common(SyncFailure failure, ObjectKind kind) => failure switch
    {
        SyncFailure.UniqueNameExists => new(409, 54301, "Unique name already exists"),
        SyncFailure.ItemKeyExists => new(409, 54208, "An Item with given key already exists in the Map"),
        SyncFailure.RevisionMismatch => RevisionMismatch(kind),
        SyncFailure.Forbidden => Forbidden(),
        _ => null,
    };

    private static ProtocolException Forbidden() => new(403, 54007, "The identity is not allowed to do this");

    private static ProtocolException RevisionMismatch(ObjectKind kind) => kind switch
    {
        ObjectKind.List => new(412, 54155, "The revision of the List Item does not match the expected revision"),
        ObjectKind.Map => new(412, 54205, "The revision of the Map Item does not match the expected revision"),
        _ => new(412, 54103, "The revision of the Document does not match the expected revision"),
    };
}
