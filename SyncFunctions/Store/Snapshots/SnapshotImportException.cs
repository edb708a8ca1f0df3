namespace SyncFunctions.Store.Snapshots;

/// <summary>An import ended before its last line. What was imported until then stays; the message says how much that is.</summary>
/// <param name="parameter">What names the snapshot.</param>
/// <param name="cause">Why it ended: a <see cref="ParameterException"/>, or a failure of Sync.</param>
public sealed class SnapshotImportException(string parameter, string message, Exception cause) : Exception(message, cause)
{
    /// <summary>Gets what names the snapshot.</summary>
    public string Parameter => parameter;
}
