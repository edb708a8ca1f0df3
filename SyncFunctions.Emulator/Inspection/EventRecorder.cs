using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Recording;

namespace SyncFunctions.Emulator.Inspection;

/// <summary>Records the events of all services as they are committed.</summary>
internal sealed class EventRecorder : IDisposable
{
    // What an entry takes besides its texts.
    private const int Overhead = 250;

    private readonly SyncEngine engine;

    public EventRecorder(SyncEngine engine)
    {
        this.engine = engine;
        engine.Committed += OnCommitted;
    }

    /// <summary>Gets the last events.</summary>
    public RecentLog<SyncEvent> Recent { get; } = new(SizeOf);

    /// <inheritdoc/>
    public void Dispose() => engine.Committed -= OnCommitted;

    private static int SizeOf(SyncEvent entry) =>
        Overhead + (2 * ((entry.Data?.Length ?? 0) + (entry.UniqueName?.Length ?? 0) + entry.ObjectSid.Length + entry.Identity.Length));

    // On the writer's thread: it must not wait.
    private void OnCommitted(IReadOnlyList<SyncEvent> events)
    {
        foreach (SyncEvent committed in events)
        {
            // Who may do what is not an event that anybody is told.
            if (committed.Change != SyncChange.AccessChanged)
            {
                // Without the request, which would keep its connection in memory.
                Recent.Add(committed with { Origin = null });
            }
        }
    }
}
