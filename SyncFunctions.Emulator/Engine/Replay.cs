using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Engine;

/// <summary>What a subscriber has missed.</summary>
/// <param name="Source">The object as it is.</param>
/// <param name="Position">The position in the log that they reach: what is behind it they do not tell of.</param>
internal sealed record Replay(SyncObject Source, long Position, IReadOnlyList<SyncEvent> Events);
