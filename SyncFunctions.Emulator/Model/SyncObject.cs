namespace SyncFunctions.Emulator.Model;

/// <summary>A document, list, map or stream.</summary>
/// <param name="LastEventId">
/// The number of the last event in the object: a document begins at 0 and counts its data's changes; a list or map begins at -1 and counts
/// every addition, update and removal of an item.
/// </param>
/// <param name="Data">A document's JSON text; null for the others.</param>
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
    /// <summary>The number that changes with every change: of a document its data, of a list or map its items.</summary>
    public long Revision => Kind == ObjectKind.Document ? LastEventId : LastEventId + 1;
}
