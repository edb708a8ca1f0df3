using System.Collections.Frozen;

using SyncFunctions.Client;
using SyncFunctions.Configuration;

namespace SyncFunctions.Store;

/// <summary>A <see cref="SyncStore"/> for each configured Sync service.</summary>
public sealed class SyncStores(SyncClient client, SyncSettings settings)
{
    private readonly FrozenDictionary<string, SyncStore> stores = settings.Services.ToFrozenDictionary(
        service => service.Key, service => new SyncStore(client.Service(service.Value)), StringComparer.OrdinalIgnoreCase);

    /// <summary>The store of the service that is configured under a key; null where there is none.</summary>
    /// <param name="key">Not case-sensitive.</param>
    public SyncStore? Find(string key) => stores.GetValueOrDefault(key);
}
