using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

using SyncFunctions.Client;
using SyncFunctions.Functions.Binding;
using SyncFunctions.Store;

namespace SyncFunctions.Functions;

/// <summary>A configured Sync service.</summary>
/// <param name="Key">The key with which a call chooses it, as <c>service</c>.</param>
/// <param name="IsDefault">Whether a call without <c>service</c> uses it.</param>
public sealed record ConfiguredService(string Key, string Sid, bool IsDefault);

/// <summary>The configured Sync services.</summary>
/// <param name="Items">All of them, the default one first, then by their keys.</param>
public sealed record ConfiguredServices(IReadOnlyList<ConfiguredService> Items);

/// <summary>The functions of the Sync services themselves.</summary>
[Capability("Service", "The Sync services themselves.")]
public sealed class ServiceFunctions(FunctionRunner functions, SyncStores stores)
{
    private static readonly FunctionDeclaration<SyncService> GetServiceDeclaration = new("getService", "Gets the Sync service's settings.");

    /// <summary>Gets the Sync service's settings.</summary>
    [Function("getService")]
    public Task<IResult> GetService([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getService")] HttpRequest request) =>
        functions.RunAsync(request, GetServiceDeclaration, (store, cancelled) =>
            store.GetServiceAsync(cancelled));

    private static readonly FunctionDeclaration<ConfiguredServices> GetServicesDeclaration = new("getServices", "Gets the configured Sync services.", usesSync: false)
    {
        NeedsDefaultService = false,
    };

    /// <summary>Gets the configured Sync services.</summary>
    [Function("getServices")]
    public Task<IResult> GetServices([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getServices")] HttpRequest request) =>
        functions.RunAsync(request, GetServicesDeclaration, async (_, cancelled) =>
        {
            List<ConfiguredService> services = [];
            foreach (SyncStore store in stores.All)
            {
                bool isDefault = string.Equals(store.Key, SyncStores.DefaultKey, StringComparison.OrdinalIgnoreCase);
                services.Add(new ConfiguredService(store.Key, await stores.GetSidAsync(store, cancelled), isDefault));
            }

            return new ConfiguredServices([.. services.OrderByDescending(service => service.IsDefault).ThenBy(service => service.Key, StringComparer.Ordinal)]);
        });
}
