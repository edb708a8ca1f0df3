using System.Text.Json.Serialization;

namespace SyncFunctions.Store.Snapshots;

/// <summary>What a line of a snapshot holds.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SnapshotKind>))]
public enum SnapshotKind
{
    /// <summary>What the snapshot is: the first line.</summary>
    Header,

    /// <summary>A document.</summary>
    Document,

    /// <summary>A list, whose items follow.</summary>
    List,

    /// <summary>A map, whose items follow.</summary>
    Map,

    /// <summary>A message stream.</summary>
    Stream,

    /// <summary>A permission of the object before.</summary>
    Permission,

    /// <summary>An item of the list before.</summary>
    ListItem,

    /// <summary>An item of the map before.</summary>
    MapItem,

    /// <summary>How much there is: the last line.</summary>
    End,

    /// <summary>Why an export broke off: a last line, too.</summary>
    Error,
}
