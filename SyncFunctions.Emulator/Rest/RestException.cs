using SyncFunctions.Emulator.Engine;

namespace SyncFunctions.Emulator.Rest;

/// <summary>A request is answered with one of Twilio's errors.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="code">Twilio's code, see https://www.twilio.com/docs/api/errors.</param>
internal sealed class RestException(int status, int code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public int Code { get; } = code;
}

/// <summary>Every error that the REST API answers with: the one place that knows codes, statuses and texts.</summary>
internal static class RestErrors
{
    public static RestException Unauthorized() => new(401, 20003, "Authenticate");

    /// <param name="path">The path as it was requested, without the version.</param>
    public static RestException NotFound(string path) => new(404, 20404, $"The requested resource {path} was not found");

    public static RestException MethodNotAllowed() => new(405, 20004, "Method not allowed");

    public static RestException InvalidParameter(string name) => new(400, 20422, $"Invalid parameter: {name}");

    public static RestException InternalError() => new(500, 20500, "Internal Server Error");

    public static RestException InvalidIfMatch() => new(400, 54003, "Invalid If-Match header");

    public static RestException EntityTooLarge() => new(413, 54006, "Request entity too large");

    public static RestException InvalidData() => new(400, 54008, "Invalid request body: the type of one of the attributes is invalid");

    /// <param name="limit">What is limited, such as <c>write-map-MP…</c>.</param>
    public static RestException RateLimitExceeded(string limit) => new(429, 54009, $"Rate limit exceeded for {limit}");

    public static RestException NoParameters() => new(400, 54010, "Invalid request: no parameters to update were given");

    public static RestException InvalidTtl() => new(400, 54011, "Invalid TTL. Expected an integer between 0 and 31536000");

    public static RestException InvalidWebhookUrl() => new(400, 54051, "Invalid WebhookUrl. Expected a valid URL of at most 512 characters");

    public static RestException InvalidFriendlyName() => new(400, 54053, "Invalid FriendlyName. Expected a string with length 1-255");

    public static RestException InvalidUniqueName() => new(
        400, 54302, "Invalid unique name. Expected a string with length 1-320 not matching the SID pattern [A-Z]{2}[a-f0-9]{32}");

    public static RestException InvalidItemKey() => new(400, 54209, "Invalid Item key. Expected a string with length 1-320");

    public static RestException InvalidIdentity() => new(400, 54351, "Invalid identity. Expected a string with length 1-256");

    public static RestException InvalidOrder() => new(400, 54451, "Invalid Order. Expected asc or desc");

    public static RestException InvalidBounds() => new(400, 54452, "Invalid Bounds. Expected inclusive or exclusive");

    public static RestException InvalidPageToken() => new(400, 54453, "Invalid PageToken");

    public static RestException InvalidPageSize() => new(400, 54454, "Invalid PageSize. Expected an integer between 1 and 1000");

    public static RestException InvalidIndex() => new(400, 54458, "Invalid List Item index. Expected a non-negative integer");

    /// <summary>Data is required and was not given, or is <c>null</c>.</summary>
    public static RestException NullData(ObjectKind kind) => kind switch
    {
        ObjectKind.Document => new(400, 54101, "Document data cannot be null"),
        ObjectKind.List => new(400, 54156, "List Item data cannot be null"),
        ObjectKind.Map => new(400, 54206, "Map Item data cannot be null"),
        _ => new(400, 54251, "Stream Message data cannot be null"),
    };

    /// <summary>What a refusal of the engine is in this protocol, where every absence is the same error.</summary>
    public static RestException From(SyncFailure failure, ObjectKind kind, string path) => failure switch
    {
        SyncFailure.UniqueNameExists => new(409, 54301, "Unique name already exists"),
        SyncFailure.ItemKeyExists => new(409, 54208, "An Item with given key already exists in the Map"),
        SyncFailure.RevisionMismatch => RevisionMismatch(kind),
        _ => NotFound(path),
    };

    private static RestException RevisionMismatch(ObjectKind kind) => kind switch
    {
        ObjectKind.List => new(412, 54155, "The revision of the List Item does not match the expected revision"),
        ObjectKind.Map => new(412, 54205, "The revision of the Map Item does not match the expected revision"),
        _ => new(412, 54103, "The revision of the Document does not match the expected revision"),
    };
}
