using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Storage;

/// <summary>
/// Holds the data file for this process alone, from before SQLite opens it until after it has closed it. SQLite alone would let a second emulator
/// open the file, and then fail now and then with SQLITE_BUSY. The system releases the locks however the process ends.
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

    /// <summary>Gets where the file really is: without symbolic links.</summary>
    public string Path { get; }

    /// <summary>Takes the file, and creates it with its folder if it is not there. Only its owner may read it: it holds everybody's data.</summary>
    /// <exception cref="DataFileException">It is no database, or another process has it.</exception>
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
            // Under another name of the same file (a hard link) there is another lock file, but not another file. Elsewhere than on Linux this lock
            // would be in SQLite's own way.
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

    /// <summary>Whether no process has the file.</summary>
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

    /// <summary>Lets only the owner read what is the emulator's. SQLite gives the files beside the database its mode.</summary>
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

    /// <summary>Gives the file back that turned out not to be the emulator's: nothing is left beside it.</summary>
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

    // A file that is something else is left alone, and nothing is put beside it.
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
        // Before it is released: nobody else can have it.
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

    // From the root on, as a folder on the way may be a link too.
    private static string Resolve(string path)
    {
        string? parent = System.IO.Path.GetDirectoryName(path);
        string here = parent is null ? path : System.IO.Path.Combine(Resolve(parent), System.IO.Path.GetFileName(path));
        return new FileInfo(here).LinkTarget is null ? here : Resolve(File.ResolveLinkTarget(here, returnFinalTarget: true)!.FullName);
    }
}
