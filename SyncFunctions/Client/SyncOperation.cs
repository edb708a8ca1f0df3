namespace SyncFunctions.Client;

/// <summary>
/// Names what a request does, such as <c>documents.update</c>. There are few such names, and none tells whom or what the request is about.
/// </summary>
internal static class SyncOperation
{
    private const string Other = "other";

    // /v1/Services/{service}/{collection}/{object}/{part}/{element}: the empty text before the first slash counts too.
    private const int Service = 4;
    private const int Collection = 5;
    private const int Object = 6;
    private const int Part = 7;
    private const int Element = 8;

    /// <summary>Names a request.</summary>
    public static string Of(SyncRequest request) => Of(request.Method, request.Path);

    /// <summary>Names the resources in a collection, such as <c>documents</c>.</summary>
    public static string Kind(string collection) => Of(HttpMethod.Post, collection).Split('.')[0];

    private static string Of(HttpMethod method, ReadOnlySpan<char> path)
    {
        int query = path.IndexOf('?');
        path = query < 0 ? path : path[..query];
        Span<Range> segments = stackalloc Range[Element + 1];
        int count = path.Split(segments, '/');
        string? noun = count switch
        {
            Service => "service",
            Collection or Object => Noun(path[segments[Collection - 1]]),
            Part or Element => Noun(path[segments[Collection - 1]], path[segments[Part - 1]]),
            _ => null,
        };
        return noun is null ? Other : $"{noun}.{Verb(method, isOne: count % 2 == 0)}";
    }

    private static string? Noun(ReadOnlySpan<char> collection) => collection switch
    {
        "Documents" => "documents",
        "Lists" => "lists",
        "Maps" => "maps",
        "Streams" => "streams",
        _ => null,
    };

    private static string? Noun(ReadOnlySpan<char> collection, ReadOnlySpan<char> part) => (Noun(collection), part.ToString()) switch
    {
        ("lists", "Items") => "list_items",
        ("maps", "Items") => "map_items",
        ("streams", "Messages") => "stream_messages",
        ({ } noun, "Permissions") => $"{noun[..^1]}_permissions",
        _ => null,
    };

    private static string Verb(HttpMethod method, bool isOne) => (method.Method, isOne) switch
    {
        ("GET", true) => "fetch",
        ("GET", false) => "list",
        ("POST", true) => "update",
        ("POST", false) => "create",
        _ => "remove",
    };
}
