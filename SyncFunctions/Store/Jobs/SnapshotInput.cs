using SyncFunctions.Store.Snapshots;

namespace SyncFunctions.Store.Jobs;

/// <summary>Input that the snapshot jobs have in common.</summary>
internal static class SnapshotInput
{
    /// <summary>Reads a snapshot's name.</summary>
    public static string Name(this JobInput input, string member) => input.Text(member) is { } name
        ? SnapshotName.IsValid(name)
            ? name
            : throw JobInput.Refuse(
                member, $"must be a plain name of at most {SnapshotName.MaximumLength} letters, digits, ., _ and -, and begin with a letter or a digit.")
        : throw JobInput.Refuse(member, "is required.");
}
