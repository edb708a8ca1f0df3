using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Storage;

namespace SyncFunctions.Emulator.Engine;

internal sealed partial class SyncEngine
{
    /// <summary>Makes sure that there is a service with this SID; it gets <paramref name="uniqueName"/> if it is created.</summary>
    public Task<SyncService> ProvisionServiceAsync(string sid, string? uniqueName, CancellationToken cancellationToken) =>
        database.WriteAsync(
            write => write.FindService(sid)
                ?? (uniqueName is null ? null : write.FindService(uniqueName))
                ?? InsertService(write, sid, uniqueName, new ServiceSettings(uniqueName)),
            cancellationToken);

    /// <summary>Creates a service.</summary>
    public Task<SyncService> CreateServiceAsync(ServiceSettings settings, CancellationToken cancellationToken) =>
        database.WriteAsync(write => InsertService(write, Sid.New(Sid.Service), null, settings), cancellationToken);

    /// <summary>Finds a service by its SID or unique name.</summary>
    public SyncService GetService(string sidOrName)
    {
        // Every request names one. There are few, under two names each.
        long commits = database.Marks.Current;
        if (services.TryGetValue(sidOrName, out (SyncService Service, long Commits) known)
            && database.Marks.IsServiceUnchanged(known.Service.Id, known.Commits))
        {
            return known.Service;
        }

        SyncService service = database.Read(read => RequireService(read, sidOrName));
        services[sidOrName] = (service, commits);
        return service;
    }

    /// <summary>Finds a service by its id, or null if it has been removed.</summary>
    public SyncService? FindService(long id) => database.Read(read => read.FindService(id));

    /// <summary>Reads services in order of creation.</summary>
    public List<SyncService> GetServices(PageRange range) => database.Read(read => read.GetServices(range));

    /// <summary>Changes a service's settings; <paramref name="change"/> gets the current ones.</summary>
    public Task<SyncService> UpdateServiceAsync(
        string sidOrName, Func<ServiceSettings, ServiceSettings> change, CancellationToken cancellationToken) => database.WriteAsync(
        write =>
        {
            SyncService service = RequireService(write, sidOrName);
            write.SaveSettings(service.Id, change(service.Settings));
            SyncService updated = RequireService(write, service.Sid);
            SaveWebhook(write, updated);
            if (updated.Settings.AclEnabled && !service.Settings.AclEnabled)
            {
                write.AnnounceAccess(new SyncEvent(
                    service.Id, 0, default, SyncChange.AccessChanged, "", null, 0, null, null, write.Now, null, Caller.System.Identity));
            }

            return updated;
        },
        cancellationToken);

    /// <summary>Removes a service with everything in it.</summary>
    public Task RemoveServiceAsync(string sidOrName, CancellationToken cancellationToken) => database.WriteAsync(
        write =>
        {
            SyncService service = RequireService(write, sidOrName);
            write.RemoveService(service.Id);
            webhooks.TryRemove(service.Id, out _);
            return service;
        },
        cancellationToken);

    private SyncService InsertService(SyncWriter write, string sid, string? uniqueName, ServiceSettings settings)
    {
        write.InsertService(sid, uniqueName, settings);
        SyncService created = RequireService(write, sid);
        SaveWebhook(write, created);
        return created;
    }

    private static SyncService RequireService(SyncReader read, string sidOrName) =>
        read.FindService(sidOrName) ?? throw new SyncFailureException(SyncFailure.ServiceNotFound);
}
