using System.Collections.Frozen;

using SyncFunctions.Client;

namespace SyncFunctions.Store;

/// <summary>A <see cref="SyncStore"/> for each configured Sync service.</summary>
/// <param name="services">The services' SIDs by their keys.</param>
public sealed class SyncStores(SyncClient client, IReadOnlyDictionary<string, string> services, TimeProvider time)
{
    /// <summary>The key of the service that a call uses if it names none.</summary>
    public const string DefaultKey = "default";

    private readonly FrozenDictionary<string, SyncStore> stores = services.ToFrozenDictionary(
        service => service.Key, service => new SyncStore(service.Key, client.Service(service.Value), time), StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the store that health is measured by: the default service's, or if there is none, any other's.</summary>
    public SyncStore Default => Find(DefaultKey) ?? stores.Values[0];

    /// <summary>Finds the store of the service that is configured under a key; <see langword="null"/> if there is none.</summary>
    /// <param name="key">Not case-sensitive.</param>
    public SyncStore? Find(string key) => stores.GetValueOrDefault(key);
}
