using System.Globalization;
using System.Text.Json;

using SyncFunctions.Emulator.Engine;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>
/// Sync's resources and events as the realtime protocol writes them: dates to the millisecond, the number of the last event, data only where it
/// is read.
/// </summary>
internal static class RealtimeWriter
{
    // The client dials none of these addresses; it gives them back to say what it means.
    private const string BaseUrl = "https://cds.us1.twilio.com/v3/Services/";

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
            WriteRaw(json, "data", source.Data);
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
        WriteRaw(json, "data", item.Data);
        WriteDate(json, "date_created", item.DateCreated);
        WriteDate(json, "date_updated", item.DateUpdated);
        WriteDate(json, "date_expires", item.DateExpires);
        json.WriteString("created_by", item.CreatedBy);
        json.WriteEndObject();
    }

    /// <summary>What a write of an item is answered with.</summary>
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

    /// <summary>What the removal of an item is answered with.</summary>
    public static void WriteItemRemoval(Utf8JsonWriter json, SyncObject parent)
    {
        json.WriteStartObject();
        json.WriteNumber("last_event_id", parent.LastEventId);
        WriteDate(json, "date_updated", parent.DateUpdated);
        json.WriteEndObject();
    }

    /// <summary>What a write of an object is answered with.</summary>
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

    /// <summary>An event as a notification's payload.</summary>
    /// <param name="correlationId">The subscription that it is replayed for; null for a live event.</param>
    public static void WriteEvent(Utf8JsonWriter json, SyncService service, SyncEvent source, long? correlationId)
    {
        string kind = source.Kind.ToString().ToLowerInvariant();
        json.WriteStartObject();
        json.WriteString("event_type", Webhooks.WebhookForm.EventType(source));
        json.WriteNumber("event_protocol_version", 4);
        if (correlationId is { } correlation)
        {
            json.WriteNumber("correlation_id", correlation);
        }

        json.WriteStartObject("event");
        if (source.Kind != ObjectKind.Stream)
        {
            json.WriteNumber("id", source.EventId);
        }

        json.WriteString($"{kind}_sid", source.ObjectSid);
        json.WriteString($"{kind}_unique_name", source.UniqueName);
        switch (source)
        {
            case { Change: SyncChange.MessagePublished }:
                json.WriteString("message_sid", source.Key.ToString());
                WriteRaw(json, "message_data", source.Data!);
                break;
            case { Key: { } key }:
                json.WriteString($"{kind}_revision", Text(source.EventId + 1));
                WriteKey(json, source.Kind == ObjectKind.List ? "item_index" : "item_key", key);
                json.WriteString("item_url", $"{BaseUrl}{service.Sid}/{source.Kind}s/{source.ObjectSid}/Items/{Uri.EscapeDataString(key.ToString())}");
                json.WriteString("item_revision", Text(source.EventId));
                WriteRaw(json, "item_data", source.Data!);
                break;
            case { Change: SyncChange.Updated }:
                json.WriteString("document_revision", Text(source.EventId));
                WriteRaw(json, "document_data", source.Data!);
                break;
            default:
                break;
        }

        WriteDate(json, "date_created", source.Date);
        WriteDate(json, "date_expires", source.DateExpires);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>
    /// In the place of an event that a client must not get: a type that clients do not know, by which they learn no more than how far they have
    /// come. Without it they would ask for the event when they come back.
    /// </summary>
    public static void WritePosition(Utf8JsonWriter json, SyncEvent source)
    {
        string kind = source.Kind.ToString().ToLowerInvariant();
        json.WriteStartObject();
        json.WriteString("event_type", $"{kind}_position");
        json.WriteNumber("event_protocol_version", 4);
        json.WriteStartObject("event");
        json.WriteNumber("id", source.EventId);
        json.WriteString($"{kind}_sid", source.ObjectSid);
        json.WriteString($"{kind}_revision", Text(source.EventId + 1));
        WriteDate(json, "date_created", source.Date);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Url(SyncService service, SyncObject source) => $"{BaseUrl}{service.Sid}/{source.Kind}s/{source.Sid}";

    private static string ItemUrl(SyncService service, SyncObject parent, ItemKey key) =>
        $"{Url(service, parent)}/Items/{Uri.EscapeDataString(key.ToString())}";

    private static void WriteKey(Utf8JsonWriter json, string name, ItemKey key)
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

    private static void WriteRaw(Utf8JsonWriter json, string name, string text)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(text, skipInputValidation: true);
    }

    private static void WriteDate(Utf8JsonWriter json, string name, DateTimeOffset? date) =>
        json.WriteString(name, date?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
