namespace SyncFunctions.Store;

/// <summary>A queue, a folder or a container that the app needs cannot be used at the moment; the message says which.</summary>
public sealed class StorageUnavailableException(string message, Exception innerException) : Exception(message, innerException);
