namespace SyncFunctions.Emulator.Model;

/// <summary>The four Sync objects.</summary>
internal enum ObjectKind
{
    Document,
    List,
    Map,
    Stream,
}

/// <summary>The names of the kinds in the APIs.</summary>
internal static class ObjectKinds
{
    /// <summary>Gets the name of a kind, such as <c>document</c>.</summary>
    public static string TypeName(this ObjectKind kind) => kind switch
    {
        ObjectKind.Document => "document",
        ObjectKind.List => "list",
        ObjectKind.Map => "map",
        _ => "stream",
    };

    /// <summary>Gets the kind with a name, or null if there is none.</summary>
    public static ObjectKind? FromTypeName(string? name) => name switch
    {
        "document" => ObjectKind.Document,
        "list" => ObjectKind.List,
        "map" => ObjectKind.Map,
        "stream" => ObjectKind.Stream,
        _ => null,
    };

    /// <summary>Gets the kind of a path segment, or null if there is none.</summary>
    public static ObjectKind? FromSegment(string segment) => segment switch
    {
        "Documents" => ObjectKind.Document,
        "Lists" => ObjectKind.List,
        "Maps" => ObjectKind.Map,
        "Streams" => ObjectKind.Stream,
        _ => null,
    };
}
