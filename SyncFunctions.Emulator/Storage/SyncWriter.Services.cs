using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Storage;

internal sealed partial class SyncWriter
{
    /// <summary>Adds a service.</summary>
    public void InsertService(string sid, string? uniqueName, ServiceSettings settings) => Session.Execute(
        """
        INSERT INTO services (sid, unique_name, friendly_name, webhook_url, webhooks_from_rest_enabled, reachability_webhooks_enabled,
            acl_enabled, reachability_debouncing_enabled, reachability_debouncing_window, date_created, date_updated)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)
        """,
        sid, uniqueName, settings.FriendlyName, settings.WebhookUrl, settings.WebhooksFromRestEnabled, settings.ReachabilityWebhooksEnabled,
        settings.AclEnabled, settings.ReachabilityDebouncingEnabled, settings.ReachabilityDebouncingWindow, Now.ToUnixTimeMilliseconds());

    /// <summary>Replaces the settings of a service.</summary>
    public void SaveSettings(long serviceId, ServiceSettings settings)
    {
        TouchService(serviceId);
        Session.Execute(
            """
            UPDATE services SET friendly_name = ?2, webhook_url = ?3, webhooks_from_rest_enabled = ?4, reachability_webhooks_enabled = ?5,
                acl_enabled = ?6, reachability_debouncing_enabled = ?7, reachability_debouncing_window = ?8, date_updated = ?9 WHERE id = ?1
            """,
            serviceId, settings.FriendlyName, settings.WebhookUrl, settings.WebhooksFromRestEnabled, settings.ReachabilityWebhooksEnabled,
            settings.AclEnabled, settings.ReachabilityDebouncingEnabled, settings.ReachabilityDebouncingWindow, Now.ToUnixTimeMilliseconds());
    }

    /// <summary>Removes a service with its objects, events and webhook. The sweeper removes the objects' items and permissions later.</summary>
    public void RemoveService(long serviceId)
    {
        TouchService(serviceId);
        Session.Execute("INSERT OR IGNORE INTO abandoned SELECT id FROM objects WHERE service_id = ?1", serviceId);
        Session.Execute("DELETE FROM objects WHERE service_id = ?1", serviceId);
        Session.Execute("DELETE FROM events WHERE service_id = ?1", serviceId);
        RemoveWebhook(serviceId);
        Session.Execute("DELETE FROM services WHERE id = ?1", serviceId);
    }
}
