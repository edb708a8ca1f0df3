namespace SyncFunctions.Emulator.Snapshots;

/// <summary>The words of a snapshot: lines of JSON (NDJSON) that hold what is in a service.</summary>
internal static class SnapshotFormat
{
    /// <summary>What the first line says of every snapshot.</summary>
    public const string Name = "syncfunctions-snapshot";

    /// <summary>The version that is written, and the newest that is read.</summary>
    public const int Version = 1;

    /// <summary>How long a line may be, in bytes: each byte of 16 KiB of data may be an escape of six, and names and keys come on top.</summary>
    public const int MaximumLine = 128 * 1024;

    public const string Permission = "permission";
    public const string ListItem = "listItem";
    public const string MapItem = "mapItem";
    public const string End = "end";
    public const string Error = "error";

    /// <summary>The members of the last line, in its order.</summary>
    public static IReadOnlyList<string> Counts { get; } = ["documents", "lists", "listItems", "maps", "mapItems", "streams", "permissions"];
}
