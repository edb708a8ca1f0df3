namespace SyncFunctions.Store.Snapshots;

/// <summary>What an import does with an object whose name is taken.</summary>
public enum SnapshotConflict
{
    /// <summary>Stops, with an error that names it.</summary>
    Fail,

    /// <summary>Leaves the existing object as it is.</summary>
    Skip,

    /// <summary>Removes the existing object, with its items and permissions, and creates the snapshot's.</summary>
    Replace,
}
