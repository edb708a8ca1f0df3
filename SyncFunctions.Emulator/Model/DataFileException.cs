namespace SyncFunctions.Emulator.Model;

/// <summary>Is thrown if the data file cannot be used, at the start or for a write. The message begins with its path and says why. Nothing was changed.</summary>
internal sealed class DataFileException(string message, Exception? innerException = null) : Exception(message, innerException);
