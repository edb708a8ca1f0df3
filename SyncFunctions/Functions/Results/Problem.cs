using System.Globalization;
using System.Net;
using System.Text.Json.Serialization;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

using SyncFunctions.Client;
using SyncFunctions.Store;

namespace SyncFunctions.Functions.Results;

/// <summary>The body of a failure: a problem detail (RFC 9457).</summary>
/// <param name="Type">Twilio's page about the error where there is one, else <c>about:blank</c>.</param>
/// <param name="Title">What the status means.</param>
/// <param name="Detail">What went wrong in this call.</param>
/// <param name="Parameter">The parameter that cannot be used.</param>
/// <param name="Code">Twilio's error code, where Twilio answered.</param>
/// <param name="MoreInfo">Twilio's page about the error.</param>
internal sealed record ProblemBody(
    string Type,
    string Title,
    int Status,
    string Detail,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Parameter = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Code = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? MoreInfo = null);

/// <summary>Every failure that a function answers with: the one place that knows which status it gets.</summary>
internal static class Problem
{
    private static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(1);

    public static IResult Of(int status, string detail, string? parameter = null) =>
        Result(new ProblemBody("about:blank", ReasonPhrases.GetReasonPhrase(status), status, detail, parameter));

    public static IResult Of(ParameterException exception) => Of(exception.Status, exception.Message, exception.Parameter);

    public static IResult Of(SyncException exception) => exception switch
    {
        SyncApiException answer => Of(answer),
        SyncTimeoutException => Of(StatusCodes.Status504GatewayTimeout, exception.Message),
        _ => Of(StatusCodes.Status502BadGateway, exception.Message),
    };

    private static ProblemResult Of(SyncApiException answer)
    {
        int status = answer.Status switch
        {
            HttpStatusCode.NotFound or HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed or HttpStatusCode.RequestEntityTooLarge
                or HttpStatusCode.TooManyRequests or HttpStatusCode.BadRequest => (int)answer.Status,
            // Not the caller's credentials were refused, but ours.
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.MethodNotAllowed => StatusCodes.Status502BadGateway,
            >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => StatusCodes.Status400BadRequest,
            _ => StatusCodes.Status502BadGateway,
        };
        string detail = answer.Status switch
        {
            HttpStatusCode.Unauthorized => "Sync refused the app's credentials.",
            HttpStatusCode.Forbidden => "Sync does not let the app's credentials do this.",
            _ => answer.Message,
        };
        ProblemBody body = new(
            answer.MoreInfo ?? "about:blank", ReasonPhrases.GetReasonPhrase(status), status, detail, null, answer.Code, answer.MoreInfo);
        return Result(body, status == StatusCodes.Status429TooManyRequests ? answer.RetryAfter ?? DefaultRetryAfter : null);
    }

    private static ProblemResult Result(ProblemBody body, TimeSpan? retryAfter = null) => new(body, retryAfter);

    private sealed class ProblemResult(ProblemBody body, TimeSpan? retryAfter) : IResult
    {
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
}
