using Microsoft.AspNetCore.Http;

namespace SyncFunctions.OpenApi;

/// <summary>Describes the error statuses of functions.</summary>
internal static class FailureTexts
{
    /// <summary>The statuses of functions that read parameters and use Sync.</summary>
    public static readonly IReadOnlyList<int> OfCalls =
    [
        StatusCodes.Status400BadRequest, StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound, StatusCodes.Status413PayloadTooLarge,
        StatusCodes.Status429TooManyRequests, StatusCodes.Status500InternalServerError, StatusCodes.Status502BadGateway, StatusCodes.Status504GatewayTimeout,
    ];

    /// <summary>The statuses of functions that also read a body.</summary>
    public static readonly IReadOnlyList<int> OfBodies = [StatusCodes.Status415UnsupportedMediaType];

    /// <summary>Describes a status in one sentence.</summary>
    public static string Of(int status) => status switch
    {
        StatusCodes.Status304NotModified => "The caller's copy is up to date.",
        StatusCodes.Status400BadRequest => "A parameter is missing or not valid, or Sync refused the request as not valid.",
        StatusCodes.Status401Unauthorized => "The key is missing or wrong, or no user is signed in. In Azure, if the host itself refuses a key, the response has no body.",
        StatusCodes.Status403Forbidden => "The caller, or the app, does not have the permission.",
        StatusCodes.Status404NotFound => "The resource does not exist.",
        StatusCodes.Status405MethodNotAllowed => "The function does not take this method.",
        StatusCodes.Status409Conflict => "The name is taken, or the resource's current state does not allow the change.",
        StatusCodes.Status410Gone => "The resource has expired, or has ended.",
        StatusCodes.Status412PreconditionFailed => "The resource has another revision.",
        StatusCodes.Status413PayloadTooLarge => "The body, the data or the collection is too large.",
        StatusCodes.Status415UnsupportedMediaType => "The body is of another type, not in UTF-8, or compressed.",
        StatusCodes.Status429TooManyRequests => "Sync still throttles the request after the app's retries, or too many users sign in at once.",
        StatusCodes.Status500InternalServerError => "An error in the app.",
        StatusCodes.Status502BadGateway => "Sync failed, cannot be reached, or refuses the app's credentials.",
        StatusCodes.Status503ServiceUnavailable => "The storage of jobs and snapshots cannot be used.",
        StatusCodes.Status504GatewayTimeout => "Sync did not answer in time.",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Describe this status here."),
    };
}
