namespace SyncFunctions.Configuration;

/// <summary>The app cannot start with its configuration. The message names the setting to change, but never shows a secret.</summary>
public sealed class StartupException(string message, Exception? innerException = null) : Exception(message, innerException);
