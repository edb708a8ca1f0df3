namespace SyncFunctions.Emulator;

/// <summary>The emulator cannot start; the message names the setting to change.</summary>
public sealed class EmulatorStartException : Exception
{
    /// <summary>Creates the exception.</summary>
    public EmulatorStartException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
