namespace SyncFunctions.Store.Snapshots;

/// <summary>Is thrown if an import ends before its last line. What was imported before stays; the message says how much that is.</summary>
/// <param name="parameter">The parameter that names the snapshot.</param>
/// <param name="cause">Why it ended: a <see cref="ParameterException"/>, or a failure of Sync.</param>
public sealed class SnapshotImportException(string parameter, string message, Exception cause) : Exception(message, cause)
{
    /// <summary>Gets the parameter that names the snapshot.</summary>
    public string Parameter => parameter;
}
