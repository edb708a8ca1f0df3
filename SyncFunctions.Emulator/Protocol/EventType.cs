using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Protocol;

/// <summary>Gets the names of events for clients and webhooks.</summary>
internal static class EventType
{
    /// <summary>Gets the name of an event, such as <c>map_item_added</c>.</summary>
    public static string Of(SyncEvent source) => Of(source.Kind, source.Change);

    /// <summary>Gets the name of a change: of an endpoint, or of an object of a kind.</summary>
    public static string Of(ObjectKind kind, SyncChange change) => Subject(kind, change) + change switch
    {
        SyncChange.Created => "_created",
        SyncChange.Updated => "_updated",
        SyncChange.Removed => "_removed",
        SyncChange.ItemAdded => "_item_added",
        SyncChange.ItemUpdated => "_item_updated",
        SyncChange.ItemRemoved => "_item_removed",
        SyncChange.EndpointConnected => "_connected",
        SyncChange.EndpointDisconnected => "_disconnected",
        _ => "_message_published",
    };

    private static string Subject(ObjectKind kind, SyncChange change) =>
        change is SyncChange.EndpointConnected or SyncChange.EndpointDisconnected ? "endpoint" : kind.TypeName();
}
