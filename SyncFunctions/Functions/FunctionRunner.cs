using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using SyncFunctions.Functions.Binding;
using SyncFunctions.Functions.Results;
using SyncFunctions.Store;

namespace SyncFunctions.Functions;

/// <summary>Runs a function: binds the call's parameters, picks the Sync service, and turns the result or error into a response.</summary>
public sealed partial class FunctionRunner(SyncStores stores, IAccessPolicy access, ServerActivity activity, ILogger<FunctionRunner> logger)
{
    /// <summary>Runs a function without parameters of its own.</summary>
    /// <returns>Its result as JSON, or unchanged if it is an <c>IResult</c>; or a problem detail.</returns>
    internal Task<IResult> RunAsync<TResult>(
        HttpRequest request, FunctionDeclaration<TResult> function, Func<SyncStore, CancellationToken, Task<TResult>> operation) =>
        RunAsync(request, function, (store, _, cancelled) => operation(store, cancelled));

    /// <summary>Runs a function of one value.</summary>
    internal Task<IResult> RunAsync<T1, TResult>(
        HttpRequest request, FunctionDeclaration<T1, TResult> function, Func<SyncStore, T1, CancellationToken, Task<TResult>> operation) =>
        RunAsync(request, function, (store, call, cancelled) => operation(store, function.First.Read(call), cancelled));

    /// <summary>Runs a function of two values.</summary>
    internal Task<IResult> RunAsync<T1, T2, TResult>(
        HttpRequest request, FunctionDeclaration<T1, T2, TResult> function, Func<SyncStore, T1, T2, CancellationToken, Task<TResult>> operation) =>
        RunAsync(request, function, (store, call, cancelled) => operation(store, function.First.Read(call), function.Second.Read(call), cancelled));

    /// <summary>Runs a function of three values.</summary>
    internal Task<IResult> RunAsync<T1, T2, T3, TResult>(
        HttpRequest request, FunctionDeclaration<T1, T2, T3, TResult> function, Func<SyncStore, T1, T2, T3, CancellationToken, Task<TResult>> operation) =>
        RunAsync(request, function, (store, call, cancelled) =>
            operation(store, function.First.Read(call), function.Second.Read(call), function.Third.Read(call), cancelled));

    /// <summary>Runs a function of four values.</summary>
    internal Task<IResult> RunAsync<T1, T2, T3, T4, TResult>(
        HttpRequest request, FunctionDeclaration<T1, T2, T3, T4, TResult> function,
        Func<SyncStore, T1, T2, T3, T4, CancellationToken, Task<TResult>> operation) =>
        RunAsync(request, function, (store, call, cancelled) => operation(
            store, function.First.Read(call), function.Second.Read(call), function.Third.Read(call), function.Fourth.Read(call), cancelled));

    /// <summary>Runs a function of five values.</summary>
    internal Task<IResult> RunAsync<T1, T2, T3, T4, T5, TResult>(
        HttpRequest request, FunctionDeclaration<T1, T2, T3, T4, T5, TResult> function,
        Func<SyncStore, T1, T2, T3, T4, T5, CancellationToken, Task<TResult>> operation) =>
        RunAsync(request, function, (store, call, cancelled) => operation(
            store, function.First.Read(call), function.Second.Read(call), function.Third.Read(call), function.Fourth.Read(call),
            function.Fifth.Read(call), cancelled));

    private async Task<IResult> RunAsync<TResult>(
        HttpRequest request, FunctionDeclaration function, Func<SyncStore, FunctionCall, CancellationToken, Task<TResult>> operation)
    {
        AccessRefusal? refused = function.IsOpen ? null : function.ChecksCallers ? access.CheckOrigin(request) : access.Check(request);
        if (refused is { } refusal)
        {
            return Problem.Of(refusal.Status, refusal.Detail);
        }

        CancellationToken cancelled = request.HttpContext.RequestAborted;
        string? service = null;
        try
        {
            FunctionCall call = await FunctionCall.ReadAsync(request, function, cancelled);
            SyncStore store = await FindStoreAsync(function, call, cancelled);
            service = store.Key;
            TResult result = await operation(store, call, cancelled);
            activity.Count(hasFailed: false);
            return result as IResult ?? new ResourceResult<TResult>(result, function.Answers[0].Status);
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            return TypedResults.StatusCode(StatusCodes.Status499ClientClosedRequest);
        }
        // Problem chooses the status of each error. An unexpected error becomes 500.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ProblemResult problem = Problem.Of(exception);
            activity.Count(problem.Status >= StatusCodes.Status500InternalServerError);
            if (problem.Status == StatusCodes.Status500InternalServerError)
            {
                Log.Failed(logger, function.Name, service, problem.Status, exception);
            }
            else if (problem.Status > StatusCodes.Status500InternalServerError)
            {
                Log.SyncFailed(logger, function.Name, service, problem.Status, exception);
            }

            return problem;
        }
    }

    private async ValueTask<SyncStore> FindStoreAsync(FunctionDeclaration function, FunctionCall call, CancellationToken cancellationToken) =>
        function.ChoosesService
            ? await stores.FindAsync(call.Service(), cancellationToken)
                ?? throw new ParameterException(Parameter.Service.Name, "is neither the key nor the SID of a configured Sync service; getServices lists them.")
            : !function.NeedsDefaultService ? stores.Default
            : stores.Find(SyncStores.DefaultKey) ?? throw new NotConfiguredException("The app needs Sync__Services__default__ServiceSid for this.");

    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Warning, "{Function}: Sync service {Service} failed, responded with {Status}")]
        public static partial void SyncFailed(ILogger logger, string function, string? service, int status, Exception exception);

        [LoggerMessage(1102, LogLevel.Error, "{Function}: failed unexpectedly (Sync service {Service}), responded with {Status}")]
        public static partial void Failed(ILogger logger, string function, string? service, int status, Exception exception);
    }
}
