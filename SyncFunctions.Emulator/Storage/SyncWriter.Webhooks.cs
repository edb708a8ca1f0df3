namespace SyncFunctions.Emulator.Storage;

internal sealed partial class SyncWriter
{
    /// <summary>Adds a webhook that gets the events from now on, unless the service has one.</summary>
    public void AddWebhook(long serviceId) => Session.Execute(
        "INSERT OR IGNORE INTO webhooks (service_id, position) VALUES (?1, (SELECT coalesce(max(id), 0) FROM events))", serviceId);

    /// <summary>Removes the webhook of a service, if it has one.</summary>
    public void RemoveWebhook(long serviceId) => Session.Execute("DELETE FROM webhooks WHERE service_id = ?1", serviceId);

    /// <summary>Moves the position up to which a service's webhook has received the events.</summary>
    public void SavePosition(long serviceId, long position) =>
        Session.Execute("UPDATE webhooks SET position = ?2 WHERE service_id = ?1", serviceId, position);
}
