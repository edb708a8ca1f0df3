using System.Net;

using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

using SyncFunctions.Functions.Binding;
using SyncFunctions.Functions.Results;
using SyncFunctions.Store;

namespace SyncFunctions.Functions;

/// <summary>Lets Twilio call the functions, with its signature instead of a function key.</summary>
[Capability("Webhooks", "Calls that Twilio signs.")]
public sealed partial class WebhookFunction(TwilioSignature signature, ILogger<WebhookFunction> logger)
{
    private static readonly FunctionDeclaration<IResult> WebhookDeclaration = new(
        "webhook", "Runs the function in the route, for a request signed by Twilio.", usesSync: false)
    {
        AllowsWebhooks = false,
        RouteParameters = [Parameter.Text("function", "The function's name.") with { Example = "\"addListItem\"" }],
        Answers = [FunctionAnswer.Json<object>(description: "The function's result.") with { IsNullable = true }],
        Failures =
        [
            HttpStatusCode.BadRequest, HttpStatusCode.Forbidden, HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed, HttpStatusCode.Conflict,
            HttpStatusCode.Gone, HttpStatusCode.PreconditionFailed, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.UnsupportedMediaType,
            HttpStatusCode.TooManyRequests, HttpStatusCode.InternalServerError, HttpStatusCode.BadGateway, HttpStatusCode.GatewayTimeout,
        ],
    };

    /// <summary>
    /// Runs the function in the route, for a request that Twilio signed for exactly this URL and body. 403 if the signature is missing or not valid.
    /// </summary>
    [Function("webhook")]
    public async Task<IResult> Webhook(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "webhook/{function}")] HttpRequest request, string function)
    {
        FunctionMethod? called = FunctionCatalog.Find(function);
        try
        {
            byte[] body = (await RequestBody.ReadAsync(request, request.HttpContext.RequestAborted)).ToArray();
            if (!signature.IsValid(request, body))
            {
                // Not the route's own text, with which a caller could forge log lines.
                Log.Refused(logger, called?.Name ?? "an unknown function");
                return Problem.Of(StatusCodes.Status403Forbidden, signature.Refusal(request));
            }

            request.Body = new MemoryStream(body, writable: false);
        }
        catch (Exception exception) when (exception is ParameterException or BadHttpRequestException)
        {
            return Problem.Of(exception);
        }
        catch (OperationCanceledException) when (request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return TypedResults.StatusCode(StatusCodes.Status499ClientClosedRequest);
        }

        if (called is not { Declaration.AllowsWebhooks: true })
        {
            return Problem.Of(StatusCodes.Status404NotFound, "There is no such function for webhooks.", "function");
        }

        if (!called.Takes(request.Method))
        {
            return Problem.Of(
                StatusCodes.Status405MethodNotAllowed, $"The function does not accept {request.Method}; it accepts {string.Join(", ", called.Methods)}.");
        }

        SignedCallback.Mark(request);
        return await called.InvokeAsync(request);
    }

    private static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Warning, "A webhook for {Function} has no valid signature")]
        public static partial void Refused(ILogger logger, string function);
    }
}
