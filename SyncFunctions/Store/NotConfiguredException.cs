namespace SyncFunctions.Store;

/// <summary>Is thrown if a call needs a setting that the app does not have; the message names it.</summary>
public sealed class NotConfiguredException(string message) : Exception(message);
