namespace SyncFunctions.Store;

/// <summary>A call needs a setting that the app does not have; the message names it.</summary>
public sealed class NotConfiguredException(string message) : Exception(message);
