using Azure;
using Azure.Identity;

using SyncFunctions.Store;

namespace SyncFunctions.Hosting.Jobs;

/// <summary>What failures of Azure Storage mean to the app.</summary>
internal static class Storage
{
    /// <summary>Whether a failure is the storage's, and not that nobody waits any more.</summary>
    public static bool IsUnavailable(Exception exception, CancellationToken cancellationToken) =>
        exception is RequestFailedException or AuthenticationFailedException or AggregateException or IOException or UnauthorizedAccessException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>Says what cannot be used, without the URL, which could have a signature in it.</summary>
    /// <param name="what">What it is, at the begin of a sentence.</param>
    public static StorageUnavailableException Unavailable(string what, Exception exception)
    {
        string reason = exception is RequestFailedException { Status: > 0 } failure ? $"HTTP {failure.Status}" : exception.GetType().Name;
        return new StorageUnavailableException($"{what} cannot be used at the moment ({reason}).", exception);
    }
}
