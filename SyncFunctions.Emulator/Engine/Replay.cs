using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Engine;

/// <summary>The events that a subscriber has missed.</summary>
/// <param name="Source">The object in its current state.</param>
/// <param name="Position">The position in the log that they reach; later events are not included.</param>
internal sealed record Replay(SyncObject Source, long Position, IReadOnlyList<SyncEvent> Events);
