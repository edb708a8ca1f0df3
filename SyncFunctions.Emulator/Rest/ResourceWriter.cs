using System.Globalization;
using System.Text.Json;

using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Rest;

/// <summary>Writes Sync's resources as JSON: snake case, dates in UTC to the second, absolute URLs that name objects by SID.</summary>
internal sealed class ResourceWriter(string accountSid)
{
    public void Write(Utf8JsonWriter json, SyncService service, string baseUrl)
    {
        string url = ServiceUrl(baseUrl, service);
        ServiceSettings settings = service.Settings;
        json.WriteStartObject();
        json.WriteString("sid", service.Sid);
        json.WriteString("unique_name", service.UniqueName);
        json.WriteString("account_sid", accountSid);
        json.WriteString("friendly_name", settings.FriendlyName);
        WriteDates(json, service.DateCreated, service.DateUpdated);
        json.WriteString("url", url);
        json.WriteString("webhook_url", settings.WebhookUrl);
        json.WriteBoolean("webhooks_from_rest_enabled", settings.WebhooksFromRestEnabled);
        json.WriteBoolean("reachability_webhooks_enabled", settings.ReachabilityWebhooksEnabled);
        json.WriteBoolean("acl_enabled", settings.AclEnabled);
        json.WriteBoolean("reachability_debouncing_enabled", settings.ReachabilityDebouncingEnabled);
        json.WriteNumber("reachability_debouncing_window", settings.ReachabilityDebouncingWindow);
        WriteLinks(json, url, ["Documents", "Lists", "Maps", "Streams"]);
        json.WriteEndObject();
    }

    public void Write(Utf8JsonWriter json, SyncService service, SyncObject source, string baseUrl)
    {
        string url = ObjectUrl(baseUrl, service, source);
        json.WriteStartObject();
        json.WriteString("sid", source.Sid);
        json.WriteString("unique_name", source.UniqueName);
        json.WriteString("account_sid", accountSid);
        json.WriteString("service_sid", service.Sid);
        json.WriteString("url", url);
        WriteLinks(json, url, source.Kind switch
        {
            ObjectKind.Document => ["Permissions"],
            ObjectKind.Stream => ["Messages"],
            _ => ["Items", "Permissions"],
        });
        if (source.Kind != ObjectKind.Stream)
        {
            WriteRevision(json, source.Revision);
        }

        if (source.Data is not null)
        {
            json.WriteData("data", source.Data);
        }

        WriteDate(json, "date_expires", source.DateExpires);
        WriteDates(json, source.DateCreated, source.DateUpdated);
        json.WriteString("created_by", source.CreatedBy);
        json.WriteEndObject();
    }

    public void Write(Utf8JsonWriter json, SyncService service, SyncObject parent, SyncItem item, string baseUrl)
    {
        json.WriteStartObject();
        if (item.Key.Value is long index)
        {
            json.WriteNumber("index", index);
        }
        else
        {
            json.WriteString("key", item.Key.ToString());
        }

        json.WriteString("account_sid", accountSid);
        json.WriteString("service_sid", service.Sid);
        json.WriteString(SidMember(parent.Kind), parent.Sid);
        json.WriteString("url", $"{ObjectUrl(baseUrl, service, parent)}/Items/{Uri.EscapeDataString(item.Key.ToString())}");
        WriteRevision(json, item.Revision);
        json.WriteData("data", item.Data);
        WriteDate(json, "date_expires", item.DateExpires);
        WriteDates(json, item.DateCreated, item.DateUpdated);
        json.WriteString("created_by", item.CreatedBy);
        json.WriteEndObject();
    }

    public void Write(Utf8JsonWriter json, SyncService service, SyncObject parent, SyncPermission permission, string baseUrl)
    {
        json.WriteStartObject();
        json.WriteString("account_sid", accountSid);
        json.WriteString("service_sid", service.Sid);
        json.WriteString(SidMember(parent.Kind), parent.Sid);
        json.WriteString("identity", permission.Identity);
        json.WriteBoolean("read", permission.Read);
        json.WriteBoolean("write", permission.Write);
        json.WriteBoolean("manage", permission.Manage);
        json.WriteString("url", $"{ObjectUrl(baseUrl, service, parent)}/Permissions/{Uri.EscapeDataString(permission.Identity)}");
        json.WriteEndObject();
    }

    private static string ServiceUrl(string baseUrl, SyncService service) => $"{baseUrl}/Services/{service.Sid}";

    private static string ObjectUrl(string baseUrl, SyncService service, SyncObject source) =>
        $"{ServiceUrl(baseUrl, service)}/{source.Kind}s/{source.Sid}";

    private static string SidMember(ObjectKind kind) => kind switch
    {
        ObjectKind.Document => "document_sid",
        ObjectKind.List => "list_sid",
        _ => "map_sid",
    };

    private static void WriteLinks(Utf8JsonWriter json, string url, ReadOnlySpan<string> names)
    {
        json.WriteStartObject("links");
        foreach (string name in names)
        {
            json.WriteString(JsonNamingPolicy.SnakeCaseLower.ConvertName(name), $"{url}/{name}");
        }

        json.WriteEndObject();
    }

    private static void WriteRevision(Utf8JsonWriter json, long revision) =>
        json.WriteString("revision", revision.ToString(CultureInfo.InvariantCulture));

    private static void WriteDates(Utf8JsonWriter json, DateTimeOffset created, DateTimeOffset updated)
    {
        WriteDate(json, "date_created", created);
        WriteDate(json, "date_updated", updated);
    }

    private static void WriteDate(Utf8JsonWriter json, string name, DateTimeOffset? date) =>
        json.WriteString(name, date?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
}
