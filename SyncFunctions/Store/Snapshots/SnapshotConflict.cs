namespace SyncFunctions.Store.Snapshots;

/// <summary>What an import does with an object whose name is taken.</summary>
public enum SnapshotConflict
{
    /// <summary>Ends, with an error that names it.</summary>
    Fail,

    /// <summary>Leaves what is there as it is.</summary>
    Skip,

    /// <summary>Removes what is there, with its items and permissions, and creates the snapshot's.</summary>
    Replace,
}
