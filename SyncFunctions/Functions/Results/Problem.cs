using System.Globalization;
using System.Net;
using System.Text.Json.Serialization;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

using SyncFunctions.Client;
using SyncFunctions.Functions.SignIn;
using SyncFunctions.Store;
using SyncFunctions.Store.Sessions;
using SyncFunctions.Store.Snapshots;

namespace SyncFunctions.Functions.Results;

/// <summary>The body of an error: a problem detail (RFC 9457).</summary>
/// <param name="Type">Twilio's page about the error if there is one, else <c>about:blank</c>.</param>
/// <param name="Title">What the status means.</param>
/// <param name="Detail">What went wrong in this call.</param>
/// <param name="Parameter">The parameter that cannot be used.</param>
/// <param name="Code">Twilio's error code, if Twilio returned one.</param>
/// <param name="MoreInfo">Twilio's page about the error.</param>
/// <param name="Opens">When the session begins (UTC), if it has not begun.</param>
/// <param name="Added">How many items were added before one failed.</param>
internal sealed record ProblemBody(
    string Type,
    string Title,
    int Status,
    string Detail,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Parameter = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Code = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? MoreInfo = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTime? Opens = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Added = null);

/// <summary>Creates the error responses of functions. This is the only place that maps errors to statuses.</summary>
internal static class Problem
{
    private static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Creates a problem with a status.</summary>
    public static ProblemResult Of(int status, string detail, string? parameter = null, TimeSpan? retryAfter = null) =>
        new(new ProblemBody("about:blank", ReasonPhrases.GetReasonPhrase(status), status, detail, parameter), retryAfter);

    /// <summary>Creates the problem for an exception of a function. An unexpected exception is an error in the app: 500.</summary>
    public static ProblemResult Of(Exception exception) => exception switch
    {
        ParameterException refusal => Of(refusal.Status, refusal.Message, refusal.Parameter),
        SignInException refusal => Of(refusal.Status, refusal.Message, refusal.Parameter, refusal.RetryAfter),
        SessionNotOpenException early => Of(early),
        ForbiddenException => Of(StatusCodes.Status403Forbidden, exception.Message),
        NotConfiguredException => Of(StatusCodes.Status409Conflict, exception.Message),
        BatchException batch => Of(batch.Failure).With(batch.Added),
        SnapshotImportException { InnerException: { } cause } import => Of(cause).Telling(import.Message, import.Parameter),
        SyncApiException answer => Of(answer),
        StorageUnavailableException => Of(StatusCodes.Status503ServiceUnavailable, exception.Message),
        SyncTimeoutException => Of(StatusCodes.Status504GatewayTimeout, exception.Message),
        SyncException => Of(StatusCodes.Status502BadGateway, exception.Message),
        BadHttpRequestException request => Of(request.StatusCode, "The request cannot be read."),
        _ => Of(StatusCodes.Status500InternalServerError, "The function failed unexpectedly."),
    };

    private static ProblemResult Of(SessionNotOpenException early) => new(
        new ProblemBody(
            "about:blank", ReasonPhrases.GetReasonPhrase(StatusCodes.Status403Forbidden), StatusCodes.Status403Forbidden, early.Message, Opens: early.Opens),
        retryAfter: null);

    private static ProblemResult Of(SyncApiException answer)
    {
        int status = answer.Status switch
        {
            HttpStatusCode.NotFound or HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed or HttpStatusCode.RequestEntityTooLarge
                or HttpStatusCode.TooManyRequests or HttpStatusCode.BadRequest => (int)answer.Status,
            // Sync refused the app's credentials, not the caller's.
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.MethodNotAllowed => StatusCodes.Status502BadGateway,
            // Sync did not receive the whole request, or did not accept its form: not the caller's fault.
            HttpStatusCode.RequestTimeout => StatusCodes.Status504GatewayTimeout,
            (HttpStatusCode)425 => StatusCodes.Status502BadGateway,
            >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => StatusCodes.Status400BadRequest,
            _ => StatusCodes.Status502BadGateway,
        };
        string detail = answer.Status switch
        {
            HttpStatusCode.Unauthorized => "Sync refused the app's credentials.",
            HttpStatusCode.Forbidden => "Sync does not allow this with the app's credentials.",
            _ => answer.Message,
        };
        ProblemBody body = new(
            answer.MoreInfo ?? "about:blank", ReasonPhrases.GetReasonPhrase(status), status, detail, null, answer.Code, answer.MoreInfo);
        return new ProblemResult(body, status == StatusCodes.Status429TooManyRequests ? answer.RetryAfter ?? DefaultRetryAfter : null);
    }
}

/// <summary>Responds with a problem detail.</summary>
/// <param name="retryAfter">When the caller may retry; <see langword="null"/> if it is not known.</param>
internal sealed class ProblemResult(ProblemBody body, TimeSpan? retryAfter) : IResult
{
    /// <summary>Gets the HTTP status.</summary>
    public int Status => body.Status;

    /// <summary>Creates a copy that also has the number of items that were added before the error.</summary>
    public ProblemResult With(int added) => new(body with { Added = added }, retryAfter);

    /// <summary>Gets what went wrong.</summary>
    public string Detail => body.Detail;

    /// <summary>Creates a copy with more members.</summary>
    public ProblemResult Telling(string detail, string parameter) => new(body with { Detail = detail, Parameter = parameter }, retryAfter);

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = body.Status;
        if (retryAfter is { } delay)
        {
            httpContext.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(delay.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        return httpContext.Response.WriteAsJsonAsync(
            body, FunctionJson.Readable.ProblemBody, "application/problem+json; charset=utf-8", httpContext.RequestAborted);
    }
}
