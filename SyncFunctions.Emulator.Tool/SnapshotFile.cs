namespace SyncFunctions.Emulator.Tool;

/// <summary>A snapshot's file, which is there as a whole or as it was before.</summary>
internal static class SnapshotFile
{
    /// <summary>Writes a file beside it, and gives that its name once it is on the disk.</summary>
    /// <exception cref="IOException">The file cannot be written. What was there is untouched.</exception>
    public static async Task<T> WriteAsync<T>(string file, Func<Stream, Task<T>> writeAsync)
    {
        string path = Path.GetFullPath(file);
        string partial = $"{path}.{Guid.NewGuid():N}.partial";
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            // It holds everybody's data.
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
