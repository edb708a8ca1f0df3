namespace SyncFunctions.Emulator.Tool;

/// <summary>Writes snapshot files atomically: a file is replaced as a whole, or not changed.</summary>
internal static class SnapshotFile
{
    /// <summary>Writes a temporary file in the same folder, and renames it once it is on the disk.</summary>
    /// <exception cref="IOException">The file cannot be written. An existing file is unchanged.</exception>
    public static async Task<T> WriteAsync<T>(string file, Func<Stream, Task<T>> writeAsync)
    {
        string path = Path.GetFullPath(file);
        string partial = $"{path}.{Guid.NewGuid():N}.partial";
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            // Only its owner may read it, because it contains data.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            T result;
            await using (FileStream stream = new(partial, options))
            {
                result = await writeAsync(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
            return result;
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
