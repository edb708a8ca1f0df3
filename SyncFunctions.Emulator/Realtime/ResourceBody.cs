using System.Globalization;
using System.Text.Json;

using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>
/// Writes Sync's resources for the realtime protocol: dates to the millisecond, the number of the last event, data only if it
/// is read.
/// </summary>
internal static class ResourceBody
{
    // The client does not connect to these addresses. It only sends them back, to identify a resource.
    internal const string BaseUrl = "https://cds.us1.twilio.com/v3/Services/";

    public static void WriteDescriptor(
        Utf8JsonWriter json, SyncService service, SyncObject source, string accountSid, bool withData, IReadOnlyList<SyncItem>? items = null)
    {
        string url = Url(service, source);
        json.WriteStartObject();
        json.WriteString("sid", source.Sid);
        json.WriteString("unique_name", source.UniqueName);
        json.WriteString("account_sid", accountSid);
        json.WriteString("service_sid", service.Sid);
        json.WriteString("url", url);
        json.WriteStartObject("links");
        switch (source.Kind)
        {
            case ObjectKind.Document:
                break;
            case ObjectKind.Stream:
                json.WriteString("messages", $"{url}/Messages");
                break;
            default:
                json.WriteString("items", $"{url}/Items");
                break;
        }

        json.WriteEndObject();
        if (source.Kind == ObjectKind.Document)
        {
            json.WriteString("type", "document");
        }

        if (source.Kind != ObjectKind.Stream)
        {
            json.WriteString("revision", Text(source.Revision));
            json.WriteNumber("last_event_id", source.LastEventId);
        }

        if (withData && source.Data is not null)
        {
            json.WriteData("data", source.Data);
        }

        WriteDate(json, "date_created", source.DateCreated);
        WriteDate(json, "date_updated", source.DateUpdated);
        WriteDate(json, "date_expires", source.DateExpires);
        json.WriteString("created_by", source.CreatedBy);
        if (items is not null)
        {
            json.WriteStartArray("items");
            foreach (SyncItem item in items)
            {
                WriteItem(json, service, source, item);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    public static void WriteItem(Utf8JsonWriter json, SyncService service, SyncObject parent, SyncItem item)
    {
        json.WriteStartObject();
        WriteKey(json, parent.Kind == ObjectKind.List ? "index" : "key", item.Key);
        json.WriteString(parent.Kind == ObjectKind.List ? "list_sid" : "map_sid", parent.Sid);
        json.WriteString("url", ItemUrl(service, parent, item.Key));
        json.WriteString("revision", Text(item.Revision));
        json.WriteNumber("last_event_id", item.Revision);
        json.WriteData("data", item.Data);
        WriteDate(json, "date_created", item.DateCreated);
        WriteDate(json, "date_updated", item.DateUpdated);
        WriteDate(json, "date_expires", item.DateExpires);
        json.WriteString("created_by", item.CreatedBy);
        json.WriteEndObject();
    }

    /// <summary>Writes the response to a write of an item.</summary>
    public static void WriteItemChange(Utf8JsonWriter json, SyncService service, SyncObject parent, SyncItem item)
    {
        json.WriteStartObject();
        WriteKey(json, parent.Kind == ObjectKind.List ? "index" : "key", item.Key);
        json.WriteString("url", ItemUrl(service, parent, item.Key));
        json.WriteString("revision", Text(item.Revision));
        json.WriteNumber("last_event_id", item.Revision);
        WriteDate(json, "date_updated", item.DateUpdated);
        WriteDate(json, "date_expires", item.DateExpires);
        json.WriteEndObject();
    }

    /// <summary>Writes the response to the removal of an item.</summary>
    public static void WriteItemRemoval(Utf8JsonWriter json, SyncObject parent)
    {
        json.WriteStartObject();
        json.WriteNumber("last_event_id", parent.LastEventId);
        WriteDate(json, "date_updated", parent.DateUpdated);
        json.WriteEndObject();
    }

    /// <summary>Writes the response to a write of an object.</summary>
    public static void WriteObjectChange(Utf8JsonWriter json, SyncObject source)
    {
        json.WriteStartObject();
        if (source.Kind != ObjectKind.Stream)
        {
            json.WriteString("revision", Text(source.Revision));
            json.WriteNumber("last_event_id", source.LastEventId);
        }

        WriteDate(json, "date_updated", source.DateUpdated);
        WriteDate(json, "date_expires", source.DateExpires);
        json.WriteEndObject();
    }

    private static string Url(SyncService service, SyncObject source) => $"{BaseUrl}{service.Sid}/{source.Kind}s/{source.Sid}";

    private static string ItemUrl(SyncService service, SyncObject parent, ItemKey key) =>
        $"{Url(service, parent)}/Items/{Uri.EscapeDataString(key.ToString())}";

    internal static void WriteKey(Utf8JsonWriter json, string name, ItemKey key)
    {
        if (key.Value is long index)
        {
            json.WriteNumber(name, index);
        }
        else
        {
            json.WriteString(name, key.ToString());
        }
    }

    internal static void WriteDate(Utf8JsonWriter json, string name, DateTimeOffset? date) =>
        json.WriteString(name, date?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

    internal static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
