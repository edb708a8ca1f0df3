using System.Net;

namespace SyncFunctions.Client;

/// <summary>A request to Sync did not succeed.</summary>
public abstract class SyncException(string message, Exception? innerException) : Exception(message, innerException);

/// <summary>Sync answered with an error.</summary>
/// <param name="status">The HTTP status of the answer.</param>
/// <param name="code">Twilio's error code (https://www.twilio.com/docs/api/errors); <see langword="null"/> if the answer had none.</param>
/// <param name="message">Twilio's text.</param>
/// <param name="moreInfo">Twilio's page about the error.</param>
/// <param name="retryAfter">The delay that Sync requests.</param>
public sealed class SyncApiException(HttpStatusCode status, int? code, string message, string? moreInfo, TimeSpan? retryAfter)
    : SyncException(message, null)
{
    /// <summary>The HTTP status of the answer.</summary>
    public HttpStatusCode Status { get; } = status;

    /// <summary>Twilio's error code; <see langword="null"/> if the answer had none.</summary>
    public int? Code { get; } = code;

    /// <summary>Twilio's page about the error.</summary>
    public string? MoreInfo { get; } = moreInfo;

    /// <summary>The delay that Sync requests; <see langword="null"/> if there is none.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}

/// <summary>Sync could not be reached, or the connection broke. A write may nevertheless have been applied.</summary>
public sealed class SyncUnreachableException(string message, Exception? innerException) : SyncException(message, innerException);

/// <summary>Sync did not answer in time. A write may nevertheless have been applied.</summary>
public sealed class SyncTimeoutException(string message, Exception? innerException) : SyncException(message, innerException);
