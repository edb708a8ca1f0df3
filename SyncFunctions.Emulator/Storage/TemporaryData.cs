namespace SyncFunctions.Emulator.Storage;

/// <summary>
/// A folder for data that is removed when the emulator stops. A memory database of SQLite has no write-ahead log: readers would wait for the writer, and
/// tests would use something other than the emulator's usual storage.
/// </summary>
internal sealed class TemporaryData : IDisposable
{
    private const string Prefix = "sync-emulator-";

    private const string FileName = "sync.db";

    // An emulator that is starting has created its folder, but not locked its file yet.
    private static readonly TimeSpan Youth = TimeSpan.FromMinutes(1);

    // Only its owner can read it.
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory(Prefix);

    /// <summary>Gets the path of the data file.</summary>
    public string FilePath => Path.Combine(folder.FullName, FileName);

    /// <summary>Creates a folder, and removes those that killed emulators have left behind.</summary>
    public static TemporaryData Create()
    {
        RemoveAbandoned(Path.GetTempPath(), DateTime.UtcNow);
        return new TemporaryData();
    }

    /// <summary>Removes the folders in another that belong to no process.</summary>
    /// <param name="now">The time, by the file system's clock.</param>
    internal static void RemoveAbandoned(string parent, DateTime now)
    {
        foreach (string folder in Directory.EnumerateDirectories(parent, Prefix + "*"))
        {
            TryRemoveAbandoned(folder, now);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Delete(recursive: true);

    private static void TryRemoveAbandoned(string folder, DateTime now)
    {
        try
        {
            if (now - Directory.GetCreationTimeUtc(folder) > Youth && DataFile.IsFree(Path.Combine(folder, FileName)))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is another user's, or another emulator removes it at the same time.
        }
    }
}
