using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Protocol;

/// <summary>Gets the names of events for clients and webhooks.</summary>
internal static class EventType
{
    /// <summary>Gets the name of an event, such as <c>map_item_added</c>.</summary>
    public static string Of(SyncEvent source) => Subject(source) + source.Change switch
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

    private static string Subject(SyncEvent source) => source.IsOfEndpoint ? "endpoint" : source.Kind.TypeName();
}
