using Microsoft.AspNetCore.Http;

namespace SyncFunctions.OpenApi;

/// <summary>Says when functions fail with which status.</summary>
internal static class FailureTexts
{
    /// <summary>The statuses of whatever reads parameters and works on Sync.</summary>
    public static readonly IReadOnlyList<int> OfCalls =
    [
        StatusCodes.Status400BadRequest, StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound, StatusCodes.Status413PayloadTooLarge,
        StatusCodes.Status429TooManyRequests, StatusCodes.Status500InternalServerError, StatusCodes.Status502BadGateway, StatusCodes.Status504GatewayTimeout,
    ];

    /// <summary>The statuses of whatever reads a body too.</summary>
    public static readonly IReadOnlyList<int> OfBodies = [StatusCodes.Status415UnsupportedMediaType];

    /// <summary>Says in a sentence when a status is answered.</summary>
    public static string Of(int status) => status switch
    {
        StatusCodes.Status304NotModified => "What the caller has is up to date.",
        StatusCodes.Status400BadRequest => "A parameter is missing or cannot be used, or Sync found the request wrong.",
        StatusCodes.Status401Unauthorized => "There is no key, or a wrong one, or nobody is signed in. The host's own refusal has no body in Azure.",
        StatusCodes.Status403Forbidden => "This caller, or this app, may not do that.",
        StatusCodes.Status404NotFound => "What is named is not there.",
        StatusCodes.Status405MethodNotAllowed => "The function does not take this method.",
        StatusCodes.Status409Conflict => "The name is taken, or what is there does not allow it.",
        StatusCodes.Status410Gone => "What is named is over.",
        StatusCodes.Status412PreconditionFailed => "The revision has moved on.",
        StatusCodes.Status413PayloadTooLarge => "The body, the data or the collection is too large.",
        StatusCodes.Status415UnsupportedMediaType => "The body is of another type, not in UTF-8, or compressed.",
        StatusCodes.Status429TooManyRequests => "Sync throttles, beyond the app's own retries, or too many users sign in at once.",
        StatusCodes.Status500InternalServerError => "A fault of the app.",
        StatusCodes.Status502BadGateway => "Sync failed, cannot be reached, or refuses the app's credentials.",
        StatusCodes.Status503ServiceUnavailable => "The storage of jobs and snapshots cannot be used.",
        StatusCodes.Status504GatewayTimeout => "Sync did not answer in time.",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Say here when it is answered."),
    };
}
