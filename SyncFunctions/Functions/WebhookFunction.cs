using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

using SyncFunctions.Functions.Binding;
using SyncFunctions.Functions.Results;
using SyncFunctions.Store;

namespace SyncFunctions.Functions;

/// <summary>Lets Twilio call the functions: its signature takes the place of a function key.</summary>
public sealed partial class WebhookFunction(TwilioSignature signature, ILogger<WebhookFunction> logger)
{
    private static readonly FunctionDeclaration WebhookDeclaration =
        new("webhook", "Runs the function that the route names, for a request signed by Twilio.", usesSync: false);

    /// <summary>
    /// Runs the function that the route names, for a request that Twilio signed for exactly this URL and body. 403 without that.
    /// </summary>
    [Function("webhook")]
    public async Task<IResult> Webhook(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "webhook/{function}")] HttpRequest request, string function)
    {
        try
        {
            byte[] body = (await RequestBody.ReadAsync(request, request.HttpContext.RequestAborted)).ToArray();
            if (!signature.IsValid(request, body))
            {
                Log.Refused(logger, function);
                return Problem.Of(StatusCodes.Status403Forbidden, signature.Refusal);
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

        if (FunctionCatalog.Find(function) is not { NeedsKey: true } called)
        {
            return Problem.Of(StatusCodes.Status404NotFound, "There is no such function for webhooks.", "function");
        }

        if (!called.Takes(request.Method))
        {
            return Problem.Of(
                StatusCodes.Status405MethodNotAllowed, $"The function does not take {request.Method}; it takes {string.Join(", ", called.Methods)}.");
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
