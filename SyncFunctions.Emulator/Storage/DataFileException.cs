namespace SyncFunctions.Emulator.Storage;

/// <summary>The data file cannot be used; the message says why, and begins with its path.</summary>
internal sealed class DataFileException(string message, Exception? innerException = null) : Exception(message, innerException);
