namespace SyncFunctions.Configuration;

/// <summary>The app cannot start as it is configured; the message names the setting to change, and never its value if that is a secret.</summary>
public sealed class StartupException(string message, Exception? innerException = null) : Exception(message, innerException);
