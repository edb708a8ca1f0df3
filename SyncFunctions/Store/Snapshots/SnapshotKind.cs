using System.Text.Json.Serialization;

namespace SyncFunctions.Store.Snapshots;

/// <summary>The kind of a line in a snapshot.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SnapshotKind>))]
public enum SnapshotKind
{
    /// <summary>The header: the first line.</summary>
    Header,

    /// <summary>A document.</summary>
    Document,

    /// <summary>A list, whose items follow.</summary>
    List,

    /// <summary>A map, whose items follow.</summary>
    Map,

    /// <summary>A message stream.</summary>
    Stream,

    /// <summary>A permission of the object above.</summary>
    Permission,

    /// <summary>An item of the list above.</summary>
    ListItem,

    /// <summary>An item of the map above.</summary>
    MapItem,

    /// <summary>The counts: the last line.</summary>
    End,

    /// <summary>Why an export failed: the last line in that case.</summary>
    Error,
}
