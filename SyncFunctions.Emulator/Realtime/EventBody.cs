using System.Text.Json;

using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>Writes events for the realtime protocol.</summary>
internal static class EventBody
{
    /// <summary>Writes an event as a notification's payload.</summary>
    /// <param name="correlationId">The subscription for which it is replayed, or null for a live event.</param>
    public static void Write(Utf8JsonWriter json, SyncService service, SyncEvent source, long? correlationId)
    {
        string kind = source.Kind.TypeName();
        json.WriteStartObject();
        json.WriteString("event_type", EventType.Of(source));
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
                json.WriteData("message_data", source.Data!);
                break;
            case { Key: { } key }:
                json.WriteString($"{kind}_revision", ResourceBody.Text(source.EventId + 1));
                ResourceBody.WriteKey(json, source.Kind == ObjectKind.List ? "item_index" : "item_key", key);
                json.WriteString("item_url", $"{ResourceBody.BaseUrl}{service.Sid}/{source.Kind}s/{source.ObjectSid}/Items/{Uri.EscapeDataString(key.ToString())}");
                json.WriteString("item_revision", ResourceBody.Text(source.EventId));
                json.WriteData("item_data", source.Data!);
                break;
            case { Change: SyncChange.Updated }:
                json.WriteString("document_revision", ResourceBody.Text(source.EventId));
                json.WriteData("document_data", source.Data!);
                break;
            default:
                break;
        }

        ResourceBody.WriteDate(json, "date_created", source.Date);
        ResourceBody.WriteDate(json, "date_expires", source.DateExpires);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>
    /// Writes a replacement for an event that a client must not get. Clients do not know its type, and use it only to update their position.
    /// Without it they would request the event when they reconnect.
    /// </summary>
    /// <param name="correlationId">The subscription for which it is replayed, or <see langword="null"/> in place of a live event.</param>
    public static void WritePosition(Utf8JsonWriter json, SyncEvent source, long? correlationId)
    {
        string kind = source.Kind.TypeName();
        json.WriteStartObject();
        json.WriteString("event_type", $"{kind}_position");
        json.WriteNumber("event_protocol_version", 4);
        if (correlationId is { } correlation)
        {
            json.WriteNumber("correlation_id", correlation);
        }

        json.WriteStartObject("event");
        json.WriteNumber("id", source.EventId);
        json.WriteString($"{kind}_sid", source.ObjectSid);
        json.WriteString($"{kind}_revision", ResourceBody.Text(source.EventId + 1));
        ResourceBody.WriteDate(json, "date_created", source.Date);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
