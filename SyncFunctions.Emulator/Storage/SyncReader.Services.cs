using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Storage;

internal partial class SyncReader
{
    private const string ServiceColumns =
        "id, sid, unique_name, friendly_name, webhook_url, webhooks_from_rest_enabled, reachability_webhooks_enabled, acl_enabled, " +
        "reachability_debouncing_enabled, reachability_debouncing_window, date_created, date_updated";

    private static readonly PageQuery ServicePage = new($"SELECT {ServiceColumns} FROM services WHERE", "id");

    /// <summary>Finds a service by its SID or unique name.</summary>
    public SyncService? FindService(string sidOrName) => Session.Single(
        Sid.HasShape(sidOrName)
            ? $"SELECT {ServiceColumns} FROM services WHERE sid = ?1"
            : $"SELECT {ServiceColumns} FROM services WHERE unique_name = ?1",
        ToService,
        sidOrName);

    /// <summary>Finds a service by its id.</summary>
    public SyncService? FindService(long id) =>
        Session.Single($"SELECT {ServiceColumns} FROM services WHERE id = ?1", ToService, id);

    /// <summary>Reads services in order of creation.</summary>
    public List<SyncService> GetServices(PageRange range) =>
        Session.Many(ServicePage.Text(range), ToService, PageQuery.Start(range), range.Limit);

    private static SyncService ToService(Row row) => new(
        row.Int64(0),
        row.Text(1),
        row.OptionalText(2),
        new ServiceSettings(
            row.OptionalText(3), row.OptionalText(4), row.Boolean(5), row.Boolean(6), row.Boolean(7), row.Boolean(8), row.Int32(9)),
        row.Time(10),
        row.Time(11));
}
