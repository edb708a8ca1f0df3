namespace SyncFunctions.Emulator.Model;

/// <summary>A document, list, map or stream.</summary>
/// <param name="LastEventId">
/// The number of the object's last event. A document starts at 0 and counts the changes of its data. A list or map starts at -1 and counts
/// every addition, update and removal of an item.
/// </param>
/// <param name="Data">A document's JSON text, or null for the other kinds.</param>
internal sealed record SyncObject(
    long Id,
    long ServiceId,
    ObjectKind Kind,
    string Sid,
    string? UniqueName,
    long LastEventId,
    string? Data,
    DateTimeOffset DateCreated,
    DateTimeOffset DateUpdated,
    DateTimeOffset? DateExpires,
    string CreatedBy)
{
    /// <summary>The number that increases with every change of a document's data, or of the items of a list or map.</summary>
    public long Revision => Kind == ObjectKind.Document ? LastEventId : LastEventId + 1;
}
