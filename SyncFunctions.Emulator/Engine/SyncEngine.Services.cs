using SyncFunctions.Emulator.Storage;

namespace SyncFunctions.Emulator.Engine;

internal sealed partial class SyncEngine
{
    /// <summary>Makes sure that there is a service with this SID; it gets <paramref name="uniqueName"/> where it is created.</summary>
    public Task<SyncService> ProvisionServiceAsync(string sid, string? uniqueName, CancellationToken cancellationToken) =>
        WriteAsync(
            write => FindService(write.Session, sid)
                ?? (uniqueName is null ? null : FindService(write.Session, uniqueName))
                ?? InsertService(write, sid, uniqueName, new ServiceSettings(uniqueName)),
            cancellationToken);

    public Task<SyncService> CreateServiceAsync(ServiceSettings settings, CancellationToken cancellationToken) =>
        WriteAsync(write => InsertService(write, Sid.New(Sid.Service), null, settings), cancellationToken);

    /// <summary>Finds a service by its SID or unique name.</summary>
    public SyncService GetService(string sidOrName) =>
        database.Read(session => FindService(session, sidOrName)) ?? throw new SyncFailureException(SyncFailure.ServiceNotFound);

    /// <summary>Reads services in the order of their creation.</summary>
    public List<SyncService> GetServices(PageRange range) => database.Read(session => session.Many(
        $"SELECT {Rows.Service} FROM services WHERE {range.Sql("id")}", Rows.ToService, range.Start, range.Limit));

    /// <summary>Changes a service's settings; <paramref name="change"/> gets those in force.</summary>
    public Task<SyncService> UpdateServiceAsync(
        string sidOrName, Func<ServiceSettings, ServiceSettings> change, CancellationToken cancellationToken) => WriteAsync(
        write =>
        {
            SyncService service = RequireService(write.Session, sidOrName);
            ServiceSettings settings = change(service.Settings);
            write.Session.Execute(
                """
                UPDATE services SET friendly_name = $2, webhook_url = $3, webhooks_from_rest_enabled = $4, reachability_webhooks_enabled = $5,
                    acl_enabled = $6, reachability_debouncing_enabled = $7, reachability_debouncing_window = $8, date_updated = $9 WHERE id = $1
                """,
                service.Id, settings.FriendlyName, settings.WebhookUrl, settings.WebhooksFromRestEnabled, settings.ReachabilityWebhooksEnabled,
                settings.AclEnabled, settings.ReachabilityDebouncingEnabled, settings.ReachabilityDebouncingWindow,
                write.Now.ToUnixTimeMilliseconds());
            SyncService updated = RequireService(write.Session, service.Sid);
            SaveWebhook(write, updated);
            return updated;
        },
        cancellationToken);

    /// <summary>Removes a service with everything in it.</summary>
    public Task RemoveServiceAsync(string sidOrName, CancellationToken cancellationToken) => WriteAsync(
        write =>
        {
            SyncService service = RequireService(write.Session, sidOrName);
            write.Session.Execute("INSERT OR IGNORE INTO abandoned SELECT id FROM objects WHERE service_id = $1", service.Id);
            write.Session.Execute("DELETE FROM objects WHERE service_id = $1", service.Id);
            write.Session.Execute("DELETE FROM events WHERE service_id = $1", service.Id);
            write.Session.Execute("DELETE FROM webhooks WHERE service_id = $1", service.Id);
            webhooks.TryRemove(service.Id, out _);
            return write.Session.Execute("DELETE FROM services WHERE id = $1", service.Id);
        },
        cancellationToken);

    private SyncService InsertService(WriteContext write, string sid, string? uniqueName, ServiceSettings settings)
    {
        write.Session.Execute(
            """
            INSERT INTO services (sid, unique_name, friendly_name, webhook_url, webhooks_from_rest_enabled, reachability_webhooks_enabled,
                acl_enabled, reachability_debouncing_enabled, reachability_debouncing_window, date_created, date_updated)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
            """,
            sid, uniqueName, settings.FriendlyName, settings.WebhookUrl, settings.WebhooksFromRestEnabled, settings.ReachabilityWebhooksEnabled,
            settings.AclEnabled, settings.ReachabilityDebouncingEnabled, settings.ReachabilityDebouncingWindow, write.Now.ToUnixTimeMilliseconds());
        SyncService created = RequireService(write.Session, sid);
        SaveWebhook(write, created);
        return created;
    }

    private static SyncService? FindService(SqliteSession session, string sidOrName) => session.Single(
        Sid.HasShape(sidOrName)
            ? $"SELECT {Rows.Service} FROM services WHERE sid = $1"
            : $"SELECT {Rows.Service} FROM services WHERE unique_name = $1",
        Rows.ToService,
        sidOrName);

    private static SyncService RequireService(SqliteSession session, string sidOrName) =>
        FindService(session, sidOrName) ?? throw new SyncFailureException(SyncFailure.ServiceNotFound);
}
