using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace SyncFunctions.Functions;

/// <summary>The functions of the Sync service itself.</summary>
public sealed class ServiceFunctions(FunctionRunner functions)
{
    /// <summary>Gets the Sync service's settings.</summary>
    [Function("getService")]
    public Task<IResult> GetService([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getService")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.GetServiceAsync(cancelled));
}
