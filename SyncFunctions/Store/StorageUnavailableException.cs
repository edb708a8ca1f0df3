namespace SyncFunctions.Store;

/// <summary>Is thrown if a queue, folder or container that the app needs is not available; the message names it.</summary>
public sealed class StorageUnavailableException(string message, Exception innerException) : Exception(message, innerException);
