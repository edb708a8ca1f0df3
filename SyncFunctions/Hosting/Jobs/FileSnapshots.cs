using Microsoft.AspNetCore.Http;

using SyncFunctions.Store;
using SyncFunctions.Store.Snapshots;

namespace SyncFunctions.Hosting.Jobs;

/// <summary>Keeps snapshots as files in a folder.</summary>
internal sealed class FileSnapshots(string folder) : ISnapshotStorage
{
    /// <inheritdoc/>
    public Task<bool> ExistsAsync(string name, CancellationToken cancellationToken) => Task.FromResult(File.Exists(At(name)));

    /// <inheritdoc/>
    public Task AppendAsync(string name, string writer, SnapshotExtent written, ReadOnlyMemory<byte> piece, CancellationToken cancellationToken) =>
        TryAsync(async () =>
        {
            await using FileStream file = OpenPartial(name, writer);
            if (file.Length < written.Length)
            {
                throw new IOException("The pieces that were already written are missing.");
            }

            file.SetLength(written.Length);
            file.Position = written.Length;
            await file.WriteAsync(piece, cancellationToken);
            file.Flush(flushToDisk: true);
        }, cancellationToken);

    /// <inheritdoc/>
    public Task CompleteAsync(string name, string writer, SnapshotExtent written, CancellationToken cancellationToken) => TryAsync(() =>
    {
        string partial = Partial(name, writer);
        if (!File.Exists(partial) && new FileInfo(At(name)) is { Exists: true } whole && whole.Length == written.Length)
        {
            // Already completed.
            return Task.CompletedTask;
        }

        try
        {
            File.Move(partial, At(name), overwrite: false);
        }
        catch (IOException) when (File.Exists(At(name)))
        {
            throw new ParameterException("input.to", "is the name of a snapshot that already exists.", StatusCodes.Status409Conflict);
        }

        return Task.CompletedTask;
    }, cancellationToken);

    /// <inheritdoc/>
    public Task AbandonAsync(string name, string writer, CancellationToken cancellationToken) => TryAsync(() =>
    {
        if (File.Exists(Partial(name, writer)))
        {
            File.Delete(Partial(name, writer));
        }

        return Task.CompletedTask;
    }, cancellationToken);

    /// <inheritdoc/>
    public async Task<Stream?> OpenAsync(string name, long position, CancellationToken cancellationToken)
    {
        Stream? opened = null;
        await TryAsync(() =>
        {
            try
            {
                opened = new FileStream(At(name), FileMode.Open, FileAccess.Read, FileShare.Read) { Position = position };
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
            {
                // There is no such snapshot.
            }

            return Task.CompletedTask;
        }, cancellationToken);
        return opened;
    }

    // Only its owner may read it, because it contains data.
    private FileStream OpenPartial(string name, string writer)
    {
        FileStreamOptions options = new() { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(Partial(name, writer), options);
    }

    private static async Task TryAsync(Func<Task> operation, CancellationToken cancellationToken)
    {
        try
        {
            await operation();
        }
        catch (Exception exception) when (Storage.IsUnavailable(exception, cancellationToken))
        {
            throw Storage.Unavailable("The folder of snapshots (Snapshots__Folder)", exception);
        }
    }

    private string At(string name) => Path.Combine(folder, name);

    // No snapshot's name begins with a dot.
    private string Partial(string name, string writer) => Path.Combine(folder, $".{name}.{writer}.partial");
}
