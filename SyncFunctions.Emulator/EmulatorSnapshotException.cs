namespace SyncFunctions.Emulator;

/// <summary>A snapshot cannot be read. The message names the line, and nothing was imported.</summary>
public sealed class EmulatorSnapshotException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="line">The number of the line, from 1.</param>
    /// <param name="rule">What is wrong with it.</param>
    public EmulatorSnapshotException(long line, string rule)
        : base($"line {line}: {rule}") => Line = line;

    /// <summary>Gets the number of the line, from 1.</summary>
    public long Line { get; }
}
