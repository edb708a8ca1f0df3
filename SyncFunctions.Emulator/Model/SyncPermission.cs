namespace SyncFunctions.Emulator.Model;

/// <summary>The rights of an identity to an object, if the service enforces permissions.</summary>
internal sealed record SyncPermission(string Identity, bool Read, bool Write, bool Manage);
