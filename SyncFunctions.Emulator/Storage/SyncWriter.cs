using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Storage;

/// <summary>Makes the writes of a change, on the writer's thread and inside a transaction. Each table has its own file of code.</summary>
/// <param name="now">The time of the change.</param>
/// <param name="events">Gets the events of the batch, in order.</param>
internal sealed partial class SyncWriter(SqliteSession session, DateTimeOffset now, List<SyncEvent> events) : SyncReader(session)
{
    private readonly List<(bool IsService, long Id)> touched = [];

    /// <summary>The services and objects that were touched so far, also by changes that were rolled back.</summary>
    public IReadOnlyCollection<(bool IsService, long Id)> Touched => touched;

    /// <summary>The time of the change.</summary>
    public DateTimeOffset Now { get; } = now;

    /// <summary>Writes a value to the file that it already has: a commit that fails if nothing can be written.</summary>
    public bool WriteNothingNew()
    {
        Session.Execute($"PRAGMA user_version = {Schema.Version}");
        return true;
    }

    private void TouchObject(long objectId) => touched.Add((IsService: false, objectId));

    private void TouchService(long serviceId) => touched.Add((IsService: true, serviceId));
}
