namespace SyncFunctions.Emulator;

/// <summary>The progress of an import or an export.</summary>
/// <param name="Done">How many objects, items and permissions are done.</param>
/// <param name="Total">How many there are. Approximate if the service changes at the same time.</param>
public readonly record struct EmulatorProgress(long Done, long Total);

/// <summary>What an import or an export did.</summary>
/// <param name="Objects">How many documents, lists, maps and streams were written.</param>
/// <param name="Items">How many items of lists and maps were written.</param>
/// <param name="Permissions">How many permissions were written.</param>
/// <param name="Replaced">How many objects an import removed because their names were taken; 0 for an export.</param>
public sealed record EmulatorTransfer(long Objects, long Items, long Permissions, long Replaced = 0);
