namespace SyncFunctions.Emulator.Tool;

/// <summary>The exit codes of the process.</summary>
internal static class ExitCode
{
    /// <summary>It ran until it was told to stop, and exported the data if requested.</summary>
    public const int Ended = 0;

    /// <summary>It could not start, or could not export.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;
}
