using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Storage;

/// <summary>
/// Locks the data file for this process, from before SQLite opens it until after SQLite has closed it. Without the lock SQLite would let a second
/// emulator open the file, and sometimes fail with SQLITE_BUSY. The system releases the locks no matter how the process ends.
/// </summary>
internal sealed class DataFile : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const string LockSuffix = ".lock";

    private static readonly string[] Suffixes = ["", "-wal", "-shm", LockSuffix];

    private readonly FileStream lockFile;
    private readonly FileStream? identity;

    private readonly bool isLockNew;

    private DataFile(string path, FileStream lockFile, bool isLockNew, FileStream? identity)
    {
        Path = path;
        this.lockFile = lockFile;
        this.isLockNew = isLockNew;
        this.identity = identity;
    }

    /// <summary>Gets the real path of the file, without symbolic links.</summary>
    public string Path { get; }

    /// <summary>Locks the file, and creates it and its folder if they do not exist. Only its owner may read it, because it contains data.</summary>
    /// <exception cref="DataFileException">It is not a database, or another process has locked it.</exception>
    public static DataFile Take(string name)
    {
        string path = Resolve(System.IO.Path.GetFullPath(name));
        RequireDatabase(path, name);
        CreateFolder(System.IO.Path.GetDirectoryName(path)!);
        bool isLockNew = !File.Exists(path + LockSuffix);
        FileStream lockFile = Open(path + LockSuffix, name);
        try
        {
            FileStream identity = Open(path, name);
            // Another name of the same file (a hard link) has another lock file, but it is the same data file. On systems other than Linux, this lock
            // would block SQLite itself.
            if (!OperatingSystem.IsLinux())
            {
                identity.Dispose();
            }

            return new DataFile(path, lockFile, isLockNew, OperatingSystem.IsLinux() ? identity : null);
        }
        catch
        {
            Release(lockFile, isLockNew);
            throw;
        }
    }

    /// <summary>Whether no process uses the file.</summary>
    public static bool IsFree(string path)
    {
        try
        {
            using FileStream lockFile = Open(path + LockSuffix, path);
            return true;
        }
        catch (DataFileException)
        {
            return false;
        }
    }

    /// <summary>Lets only the owner read the emulator's files. SQLite gives the database's mode to the files that belong to it.</summary>
    public void RestrictToOwner()
    {
        if (!OperatingSystem.IsWindows())
        {
            foreach (string file in Suffixes.Select(suffix => Path + suffix).Where(File.Exists))
            {
                File.SetUnixFileMode(file, OwnerOnly);
            }
        }
    }

    /// <summary>Releases a file that is not the emulator's, and leaves nothing next to it.</summary>
    public void Abandon()
    {
        identity?.Dispose();
        Release(lockFile, isLockNew);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        identity?.Dispose();
        lockFile.Dispose();
    }

    // If the file is something else, it is not changed, and no file is created next to it.
    private static void RequireDatabase(string path, string name)
    {
        if (!File.Exists(path))
        {
            return;
        }

        ReadOnlySpan<byte> signature = "SQLite format 3\0"u8;
        Span<byte> beginning = stackalloc byte[signature.Length];
        using FileStream file = Open(path, name);
        int read = file.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false);
        if (read > 0 && !beginning[..read].SequenceEqual(signature))
        {
            throw new DataFileException($"{path} cannot be opened: it is not a database.");
        }
    }

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    private static void Release(FileStream lockFile, bool isNew)
    {
        // Before the lock is released, so that no other process has opened the file.
        if (isNew)
        {
            File.Delete(lockFile.Name);
        }

        lockFile.Dispose();
    }

    private static FileStream Open(string path, string name)
    {
        try
        {
            FileStreamOptions options = new()
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
            };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            return new FileStream(path, options);
        }
        catch (IOException exception) when (IsLocked(exception))
        {
            throw new DataFileException(
                $"{name} is in use by another process. Stop that emulator, or give this one another Emulator__DataFile.", exception);
        }
    }

    // The system's own error: ERROR_SHARING_VIOLATION of Windows, EWOULDBLOCK of Linux and macOS.
    private static bool IsLocked(IOException exception) => exception.HResult is unchecked((int)0x80070020) or 11 or 35;

    // From the root, because a folder in the path may be a link too.
    private static string Resolve(string path)
    {
        string? parent = System.IO.Path.GetDirectoryName(path);
        string here = parent is null ? path : System.IO.Path.Combine(Resolve(parent), System.IO.Path.GetFileName(path));
        return new FileInfo(here).LinkTarget is null ? here : Resolve(File.ResolveLinkTarget(here, returnFinalTarget: true)!.FullName);
    }
}
