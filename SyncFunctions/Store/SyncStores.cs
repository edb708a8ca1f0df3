using System.Collections.Frozen;

using SyncFunctions.Client;

namespace SyncFunctions.Store;

/// <summary>Holds a <see cref="SyncStore"/> for each configured Sync service.</summary>
/// <param name="services">The services' SIDs by key.</param>
public sealed class SyncStores(SyncClient client, IReadOnlyDictionary<string, string> services, TimeProvider time)
{
    /// <summary>The key of the service that a call uses if it names none.</summary>
    public const string DefaultKey = "default";

    private const string SidPrefix = "IS";

    private readonly FrozenDictionary<string, SyncStore> stores = services.ToFrozenDictionary(
        service => service.Key, service => new SyncStore(service.Key, client.Service(service.Value), time), StringComparer.OrdinalIgnoreCase);

    // The SID of the account's default service, once it was fetched.
    private volatile string? defaultSid;

    /// <summary>Gets the store for the health check: that of the default service, or any other if there is none.</summary>
    public SyncStore Default => Find(DefaultKey) ?? stores.Values[0];

    /// <summary>Gets the stores of all configured services.</summary>
    public IReadOnlyList<SyncStore> All => stores.Values;

    /// <summary>Finds the store of the service that is configured under a key, or <see langword="null"/> if there is none.</summary>
    /// <param name="key">Not case-sensitive.</param>
    public SyncStore? Find(string key) => stores.GetValueOrDefault(key);

    /// <summary>Finds the store of a configured service by its key, or otherwise by its SID, or <see langword="null"/> if there is none.</summary>
    /// <remarks>If a service is configured as the account's default one, its SID is fetched from Sync once.</remarks>
    /// <param name="service">A key, or a SID. A key is not case-sensitive, and neither are a SID's digits.</param>
    /// <param name="cancellationToken">Ends the request to Sync.</param>
    public async ValueTask<SyncStore?> FindAsync(string service, CancellationToken cancellationToken) =>
        Find(service) ?? (SyncSid.IsOf(service, SidPrefix) ? await FindBySidAsync(service, cancellationToken) : null);

    /// <summary>Gets the SID of a store's service.</summary>
    /// <remarks>If the service is configured as the account's default one, Sync is asked for its SID, once.</remarks>
    public async ValueTask<string> GetSidAsync(SyncStore store, CancellationToken cancellationToken) => SyncSid.HasForm(store.ServiceSid)
        ? store.ServiceSid
        : defaultSid ??= (await store.GetServiceAsync(cancellationToken)).Sid;

    private async ValueTask<SyncStore?> FindBySidAsync(string sid, CancellationToken cancellationToken)
    {
        if (stores.Values.FirstOrDefault(store => IsSame(store.ServiceSid, sid)) is { } found)
        {
            return found;
        }

        SyncStore? accountDefault = stores.Values.FirstOrDefault(store => !SyncSid.HasForm(store.ServiceSid));
        return accountDefault is not null && IsSame(await GetSidAsync(accountDefault, cancellationToken), sid) ? accountDefault : null;
    }

    private static bool IsSame(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
