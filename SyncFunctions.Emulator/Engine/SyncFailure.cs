namespace SyncFunctions.Emulator.Engine;

/// <summary>Why the engine refused an operation. Each protocol has its own codes and texts for these.</summary>
internal enum SyncFailure
{
    ServiceNotFound,
    ObjectNotFound,
    ItemNotFound,
    PermissionNotFound,
    UniqueNameExists,
    ItemKeyExists,
    RevisionMismatch,
    Forbidden,
}

/// <summary>An operation was refused; nothing was changed.</summary>
internal sealed class SyncFailureException(SyncFailure failure) : Exception(failure.ToString())
{
    public SyncFailure Failure { get; } = failure;
}
