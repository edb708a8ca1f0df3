namespace SyncFunctions.Emulator.Model;

/// <summary>What an identity may do with an object when the service enforces permissions.</summary>
internal sealed record SyncPermission(string Identity, bool Read, bool Write, bool Manage);
