namespace SyncFunctions.Emulator.Tool;

/// <summary>What the process ends with.</summary>
internal static class ExitCode
{
    /// <summary>It ran until it was told to end, and exported what it was to export.</summary>
    public const int Ended = 0;

    /// <summary>It could not start, or not export.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;
}
