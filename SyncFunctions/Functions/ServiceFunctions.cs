using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

using SyncFunctions.Client;
using SyncFunctions.Functions.Binding;
namespace SyncFunctions.Functions;

/// <summary>The functions of the Sync service itself.</summary>
[Capability("Service", "The Sync service itself.")]
public sealed class ServiceFunctions(FunctionRunner functions)
{
    private static readonly FunctionDeclaration<SyncService> GetServiceDeclaration = new("getService", "Gets the Sync service's settings.");

    /// <summary>Gets the Sync service's settings.</summary>
    [Function("getService")]
    public Task<IResult> GetService([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getService")] HttpRequest request) =>
        functions.RunAsync(request, GetServiceDeclaration, (store, cancelled) =>
            store.GetServiceAsync(cancelled));
}
