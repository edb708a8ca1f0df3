using System.Text.RegularExpressions;

namespace SyncFunctions.Emulator.Engine;

/// <summary>The four Sync objects.</summary>
internal enum ObjectKind
{
    Document,
    List,
    Map,
    Stream,
}

/// <summary>The kinds as the APIs' paths name them.</summary>
internal static class ObjectKinds
{
    /// <summary>The kind of a path's segment; null where it names none.</summary>
    public static ObjectKind? FromSegment(string segment) => segment switch
    {
        "Documents" => ObjectKind.Document,
        "Lists" => ObjectKind.List,
        "Maps" => ObjectKind.Map,
        "Streams" => ObjectKind.Stream,
        _ => null,
    };
}

/// <summary>SIDs: two letters of type and 32 hexadecimal digits.</summary>
internal static partial class Sid
{
    public const string Service = "IS";

    public const string StreamMessage = "TZ";

    /// <summary>The letters that the SIDs of a kind begin with.</summary>
    public static string Prefix(this ObjectKind kind) => kind switch
    {
        ObjectKind.Document => "ET",
        ObjectKind.List => "ES",
        ObjectKind.Map => "MP",
        _ => "TO",
    };

    /// <summary>A new SID; the digits are lower case, as Twilio writes them.</summary>
    public static string New(string prefix) => prefix + Guid.NewGuid().ToString("N");

    /// <summary>
    /// True for what Sync takes as a SID and not as a unique name, whatever its first letters mean.
    /// </summary>
    public static bool HasShape(string text) => Shape().IsMatch(text);

    [GeneratedRegex(@"^[A-Z]{2}[a-f0-9]{32}\z")]
    private static partial Regex Shape();
}
