namespace SyncFunctions.Store.Snapshots;

/// <summary>How much of a snapshot is written.</summary>
/// <param name="Length">In bytes.</param>
/// <param name="Pieces">In how many pieces.</param>
public sealed record SnapshotExtent(long Length, int Pieces)
{
    /// <summary>Gets that of a new snapshot.</summary>
    public static SnapshotExtent None { get; } = new(0, 0);
}

/// <summary>
/// Where snapshots are kept, by name. One is written in pieces, and is there as a whole or not at all. A writer that broke off goes on behind the
/// pieces that it knows of; what it wrote behind them does not count.
/// </summary>
public interface ISnapshotStorage
{
    /// <summary>Whether there is a snapshot of a name.</summary>
    /// <exception cref="StorageUnavailableException">The storage cannot be used.</exception>
    Task<bool> ExistsAsync(string name, CancellationToken cancellationToken);

    /// <summary>Writes the next piece.</summary>
    /// <param name="writer">Names who writes, as letters, digits and <c>-</c>.</param>
    /// <param name="written">What was written before it.</param>
    /// <exception cref="StorageUnavailableException">The storage cannot be used.</exception>
    Task AppendAsync(string name, string writer, SnapshotExtent written, ReadOnlyMemory<byte> piece, CancellationToken cancellationToken);

    /// <summary>Makes a snapshot of what was written. To do it twice does no harm.</summary>
    /// <exception cref="ParameterException">409 if there is another of that name.</exception>
    /// <exception cref="StorageUnavailableException">The storage cannot be used.</exception>
    Task CompleteAsync(string name, string writer, SnapshotExtent written, CancellationToken cancellationToken);

    /// <summary>Removes what was written, unless it has become a snapshot.</summary>
    Task AbandonAsync(string name, string writer, CancellationToken cancellationToken);

    /// <summary>Opens a snapshot to read it.</summary>
    /// <param name="position">From which byte on.</param>
    /// <returns><see langword="null"/> if there is none of that name.</returns>
    /// <exception cref="StorageUnavailableException">The storage cannot be used.</exception>
    Task<Stream?> OpenAsync(string name, long position, CancellationToken cancellationToken);
}

/// <summary>Names of snapshots in a storage.</summary>
internal static class SnapshotName
{
    /// <summary>How long they are at most.</summary>
    public const int MaximumLength = 100;

    /// <summary>Whether a text can be one: a plain name, which leads nowhere else in a folder or a container.</summary>
    public static bool IsValid(string text) =>
        text.Length <= MaximumLength && char.IsAsciiLetterOrDigit(text[0]) && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-');
}
