using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace SyncFunctions.Emulator.Rest;

/// <summary>
/// Names what a request does, such as <c>documents.update</c>. There are few such names, and none tells whom or what the request is about.
/// </summary>
internal static class RestOperation
{
    private const string Other = "other";

    /// <summary>Names a request, whether it is a valid one or not.</summary>
    public static string Of(HttpContext context)
    {
        string[] segments = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2)[0].Split('/');
        string? what = segments switch
        {
            ["", "v1", "Services"] => "services",
            ["", "v1", "Services", _] => "service",
            ["", "v1", "Services", _, var collection, .. [] or [_]] => Objects(collection),
            ["", "v1", "Services", _, var collection, _, var part, .. [] or [_]] => Parts(collection, part),
            _ => null,
        };
        return what is null ? Other : $"{what}.{Verb(context.Request.Method, isOne: segments.Length % 2 == 0)}";
    }

    private static string? Objects(string collection) => collection switch
    {
        "Documents" => "documents",
        "Lists" => "lists",
        "Maps" => "maps",
        "Streams" => "streams",
        _ => null,
    };

    private static string? Parts(string collection, string part) => (collection, part) switch
    {
        ("Lists", "Items") => "list_items",
        ("Maps", "Items") => "map_items",
        ("Streams", "Messages") => "stream_messages",
        ("Documents", "Permissions") => "document_permissions",
        ("Lists", "Permissions") => "list_permissions",
        ("Maps", "Permissions") => "map_permissions",
        _ => null,
    };

    private static string Verb(string method, bool isOne) => (method, isOne) switch
    {
        ("GET", true) => "fetch",
        ("GET", false) => "list",
        ("POST", true) => "update",
        ("POST", false) => "create",
        ("DELETE", true) => "remove",
        _ => "other",
    };
}
