namespace SyncFunctions.Emulator.Engine;

/// <summary>The reason why the engine refused an operation. Each protocol has its own codes and texts for it.</summary>
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

/// <summary>Is thrown if an operation is refused; nothing was changed.</summary>
internal sealed class SyncFailureException(SyncFailure failure) : Exception(failure.ToString())
{
    public SyncFailure Failure { get; } = failure;
}
