namespace SyncFunctions.Store.Snapshots;

/// <summary>How much of a snapshot has been written.</summary>
/// <param name="Length">In bytes.</param>
/// <param name="Pieces">The number of pieces.</param>
public sealed record SnapshotExtent(long Length, int Pieces)
{
    /// <summary>Gets the value for a new snapshot.</summary>
    public static SnapshotExtent None { get; } = new(0, 0);
}

/// <summary>
/// Stores snapshots by name. A snapshot is written in pieces, and appears complete or not at all. An interrupted writer continues after the pieces that it
/// knows of; any others that it wrote do not count.
/// </summary>
public interface ISnapshotStorage
{
    /// <summary>Checks whether there is a snapshot of a name.</summary>
    /// <exception cref="StorageUnavailableException">The storage cannot be used.</exception>
    Task<bool> ExistsAsync(string name, CancellationToken cancellationToken);

    /// <summary>Writes the next piece.</summary>
    /// <param name="writer">The writer's name: letters, digits and <c>-</c>.</param>
    /// <param name="written">How much was written before it.</param>
    /// <exception cref="StorageUnavailableException">The storage cannot be used.</exception>
    Task AppendAsync(string name, string writer, SnapshotExtent written, ReadOnlyMemory<byte> piece, CancellationToken cancellationToken);

    /// <summary>Publishes what was written as a snapshot. Doing this twice is harmless.</summary>
    /// <exception cref="ParameterException">409 if there is another of that name.</exception>
    /// <exception cref="StorageUnavailableException">The storage cannot be used.</exception>
    Task CompleteAsync(string name, string writer, SnapshotExtent written, CancellationToken cancellationToken);

    /// <summary>Removes what was written, unless it has become a snapshot.</summary>
    Task AbandonAsync(string name, string writer, CancellationToken cancellationToken);

    /// <summary>Opens a snapshot to read it.</summary>
    /// <param name="position">The first byte to read.</param>
    /// <returns><see langword="null"/> if there is none of that name.</returns>
    /// <exception cref="StorageUnavailableException">The storage cannot be used.</exception>
    Task<Stream?> OpenAsync(string name, long position, CancellationToken cancellationToken);
}

/// <summary>Checks names of snapshots.</summary>
internal static class SnapshotName
{
    /// <summary>The maximum length.</summary>
    public const int MaximumLength = 100;

    /// <summary>Checks whether a text can be a name: a plain one, which cannot lead out of a folder or container.</summary>
    public static bool IsValid(string text) =>
        text.Length <= MaximumLength && char.IsAsciiLetterOrDigit(text[0]) && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-');
}
