using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Recording;

namespace SyncFunctions.Emulator.Inspection;

/// <summary>Records the events of all services as they are committed.</summary>
internal sealed class EventRecorder : IDisposable
{
    // What an entry takes in addition to its texts.
    private const int Overhead = 250;

    private readonly SyncEngine engine;

    public EventRecorder(SyncEngine engine)
    {
        this.engine = engine;
        engine.Committed += OnCommitted;
    }

    /// <summary>Gets the most recent events.</summary>
    public RecentLog<SyncEvent> Recent { get; } = new(SizeOf);

    /// <inheritdoc/>
    public void Dispose() => engine.Committed -= OnCommitted;

    private static int SizeOf(SyncEvent entry) =>
        Overhead + (2 * ((entry.Data?.Length ?? 0) + (entry.UniqueName?.Length ?? 0) + entry.ObjectSid.Length + entry.Identity.Length));

    // This runs on the writer's thread, so it must not wait.
    private void OnCommitted(IReadOnlyList<SyncEvent> events)
    {
        foreach (SyncEvent committed in events)
        {
            // A change of permissions is not an event for clients.
            if (committed.Change != SyncChange.AccessChanged)
            {
                // Without the request, because it would keep its connection in memory.
                Recent.Add(committed with { Origin = null });
            }
        }
    }
}
