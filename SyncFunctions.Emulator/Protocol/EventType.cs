using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Protocol;

/// <summary>Names events as clients and webhooks know them.</summary>
internal static class EventType
{
    /// <summary>The name of an event, such as <c>map_item_added</c>.</summary>
    public static string Of(SyncEvent source) => source.Kind.TypeName() + source.Change switch
    {
        SyncChange.Created => "_created",
        SyncChange.Updated => "_updated",
        SyncChange.Removed => "_removed",
        SyncChange.ItemAdded => "_item_added",
        SyncChange.ItemUpdated => "_item_updated",
        SyncChange.ItemRemoved => "_item_removed",
        _ => "_message_published",
    };
}
