using Azure;
using Azure.Identity;

using SyncFunctions.Store;

namespace SyncFunctions.Hosting.Jobs;

/// <summary>Translates errors of Azure Storage into the app's exceptions.</summary>
internal static class Storage
{
    /// <summary>Whether an exception is an error of the storage, and not a cancellation by the caller.</summary>
    public static bool IsUnavailable(Exception exception, CancellationToken cancellationToken) =>
        exception is RequestFailedException or AuthenticationFailedException or AggregateException or IOException or UnauthorizedAccessException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>Creates an exception that names what cannot be used, but not its URL, which could contain a signature.</summary>
    /// <param name="what">A name for it, as the beginning of a sentence.</param>
    public static StorageUnavailableException Unavailable(string what, Exception exception)
    {
        string reason = exception is RequestFailedException { Status: > 0 } failure ? $"HTTP {failure.Status}" : exception.GetType().Name;
        return new StorageUnavailableException($"{what} cannot be used at the moment ({reason}).", exception);
    }
}
