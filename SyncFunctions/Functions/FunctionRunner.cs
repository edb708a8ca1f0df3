using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using SyncFunctions.Client;
using SyncFunctions.Functions.Binding;
using SyncFunctions.Functions.Results;
using SyncFunctions.Store;

namespace SyncFunctions.Functions;

/// <summary>Runs a function: reads the call's parameters, picks the Sync service, and turns the outcome into an answer.</summary>
public sealed partial class FunctionRunner(SyncStores stores, ILogger<FunctionRunner> logger)
{
    /// <summary>Runs an operation of a store.</summary>
    /// <returns>What it resolves to as JSON, or a problem detail.</returns>
    internal async Task<IResult> RunAsync<T>(HttpRequest request, Func<SyncStore, FunctionParameters, CancellationToken, Task<T>> operation)
    {
        CancellationToken cancelled = request.HttpContext.RequestAborted;
        try
        {
            FunctionParameters parameters = await FunctionParameters.ReadAsync(request, cancelled);
            string service = parameters.Service();
            SyncStore store = stores.Find(service) ?? throw new ParameterException("service", "is not the key of a configured Sync service.");
            return new ResourceResult<T>(await operation(store, parameters, cancelled));
        }
        catch (ParameterException exception)
        {
            return Problem.Of(exception);
        }
        catch (NotConfiguredException exception)
        {
            return Problem.Of(StatusCodes.Status409Conflict, exception.Message);
        }
        catch (SyncException exception)
        {
            if (exception is not SyncApiException { Status: < System.Net.HttpStatusCode.InternalServerError })
            {
                Log.SyncFailed(logger, exception);
            }

            return Problem.Of(exception);
        }
        catch (BadHttpRequestException exception)
        {
            return Problem.Of(exception.StatusCode, "The request cannot be read.");
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            return TypedResults.StatusCode(StatusCodes.Status499ClientClosedRequest);
        }
        catch (Exception exception)
        {
            Log.Failed(logger, exception);
            return Problem.Of(StatusCodes.Status500InternalServerError, "The function failed unexpectedly.");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Sync failed")]
        public static partial void SyncFailed(ILogger logger, Exception exception);

        [LoggerMessage(2, LogLevel.Error, "A function failed")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
