namespace SyncFunctions.Emulator.Model;

/// <summary>The four Sync objects.</summary>
internal enum ObjectKind
{
    Document,
    List,
    Map,
    Stream,
}

/// <summary>The kinds as the APIs name them.</summary>
internal static class ObjectKinds
{
    /// <summary>The kind as a type's name; for instance <c>document</c>.</summary>
    public static string TypeName(this ObjectKind kind) => kind switch
    {
        ObjectKind.Document => "document",
        ObjectKind.List => "list",
        ObjectKind.Map => "map",
        _ => "stream",
    };

    /// <summary>The kind of a type's name; null if it names none.</summary>
    public static ObjectKind? FromTypeName(string? name) => name switch
    {
        "document" => ObjectKind.Document,
        "list" => ObjectKind.List,
        "map" => ObjectKind.Map,
        "stream" => ObjectKind.Stream,
        _ => null,
    };

    /// <summary>The kind of a path's segment; null if it names none.</summary>
    public static ObjectKind? FromSegment(string segment) => segment switch
    {
        "Documents" => ObjectKind.Document,
        "Lists" => ObjectKind.List,
        "Maps" => ObjectKind.Map,
        "Streams" => ObjectKind.Stream,
        _ => null,
    };
}
