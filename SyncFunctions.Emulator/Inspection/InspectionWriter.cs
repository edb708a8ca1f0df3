using System.Globalization;
using System.Text;
using System.Text.Json;

using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;
using SyncFunctions.Emulator.Recording;

namespace SyncFunctions.Emulator.Inspection;

/// <summary>Writes inspection responses as JSON: names in camel case, dates in UTC with milliseconds, durations in milliseconds.</summary>
internal static class InspectionWriter
{
    private const int MaximumSubscriptions = 100;

    /// <summary>Writes a page of entries.</summary>
    /// <param name="write">Writes the members of an entry after its id.</param>
    public static void WritePage<T>(Utf8JsonWriter json, RecentPage<T> page, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartObject();
        json.WriteStartArray("items");
        foreach (RecentEntry<T> entry in page.Items)
        {
            WriteEntry(json, entry.Id, entry.Value, write);
        }

        json.WriteEndArray();
        WriteNumber(json, "first", page.First);
        json.WriteNumber("last", page.Last);
        json.WriteEndObject();
    }

    /// <summary>Writes an entry.</summary>
    /// <param name="write">Writes its members after the id.</param>
    public static void WriteEntry<T>(Utf8JsonWriter json, long id, T entry, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartObject();
        json.WriteNumber("id", id);
        write(json, entry);
        json.WriteEndObject();
    }

    /// <summary>Writes the members of a request.</summary>
    public static void Write(Utf8JsonWriter json, RequestRecord request)
    {
        WriteDate(json, "time", request.Time);
        json.WriteString("via", request.IsRealtime ? "realtime" : "rest");
        json.WriteString("method", request.Method);
        json.WriteString("path", request.Path);
        json.WriteString("caller", request.Caller);
        json.WriteString("ifMatch", request.IfMatch);
        if (request.Form is { } form)
        {
            json.WriteStartObject("form");
            foreach ((string name, string value) in form)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("form");
        }

        json.WriteString("body", request.Body.IsEmpty ? null : Encoding.UTF8.GetString(request.Body.Span));
        json.WriteBoolean("isCut", request.IsCut);
        json.WriteNumber("status", request.Status);
        WriteNumber(json, "code", request.Error?.Code);
        json.WriteString("message", request.Error?.Message);
        WriteDuration(json, request.Duration);
        json.WriteNumber("responseSize", request.ResponseSize);
    }

    /// <summary>Writes the members of an event.</summary>
    /// <param name="serviceSid">The SID of the service, or <see langword="null"/> if it has been removed.</param>
    public static void Write(Utf8JsonWriter json, SyncEvent source, string? serviceSid)
    {
        WriteDate(json, "time", source.Date);
        json.WriteString("serviceSid", serviceSid);
        json.WriteString("type", EventType.Of(source));
        json.WriteString("objectKind", source.IsOfEndpoint ? null : source.Kind.TypeName());
        json.WriteString("objectSid", source.IsOfEndpoint ? null : source.ObjectSid);
        json.WriteString("uniqueName", source.UniqueName);
        WriteNumber(json, "index", source.Key?.Value as long?);
        json.WriteString("key", source.Kind == ObjectKind.Map ? source.Key?.Value as string : null);
        json.WriteString("messageSid", source.Kind == ObjectKind.Stream ? source.Key?.Value as string : null);
        json.WriteString("revision", Revision(source)?.ToString(CultureInfo.InvariantCulture));
        json.WriteString("author", source.Identity);
        json.WriteString("endpointId", source.EndpointId);
        if (source.Data is { } data)
        {
            json.WriteData("data", data);
        }
        else
        {
            json.WriteNull("data");
        }
    }

    /// <summary>Writes the members of a delivery.</summary>
    public static void Write(Utf8JsonWriter json, DeliveryRecord delivery)
    {
        DeliveryProgress progress = delivery.Progress;
        WriteDate(json, "time", delivery.Time);
        json.WriteString("serviceSid", delivery.ServiceSid);
        json.WriteString("eventType", delivery.EventType);
        json.WriteString("url", progress.Last?.Url);
        json.WriteString("body", Form(delivery.Form));
        json.WriteString("signature", progress.Last?.Signature);
        json.WriteString("state", progress.State switch
        {
            DeliveryState.Pending => "pending",
            DeliveryState.Delivered => "delivered",
            _ => "dropped",
        });
        json.WriteNumber("attempts", progress.Attempts);
        WriteNumber(json, "status", progress.Last?.Status);
        json.WriteString("answer", progress.Last?.Answer);
        json.WriteString("error", progress.Last?.Error);
        if (progress.Last is { } last)
        {
            WriteDuration(json, last.Duration);
        }
        else
        {
            json.WriteNull("duration");
        }

        WriteNumber(json, "repeats", delivery.Repeats);
    }

    /// <summary>Writes a connection.</summary>
    public static void Write(Utf8JsonWriter json, ConnectionState connection)
    {
        json.WriteStartObject();
        json.WriteString("id", connection.Id);
        json.WriteString("identity", connection.Identity);
        json.WriteString("serviceSid", connection.ServiceSid);
        WriteDate(json, "since", connection.Since);
        json.WriteString("remoteAddress", connection.RemoteAddress);
        json.WriteString("client", connection.Client);
        WriteDate(json, "tokenExpires", connection.TokenExpires);
        json.WriteNumber("subscriptionCount", connection.Subscriptions.Count);
        json.WriteStartArray("subscriptions");
        foreach (SubscriptionState subscription in connection.Subscriptions.Take(MaximumSubscriptions))
        {
            json.WriteStartObject();
            json.WriteString("kind", subscription.Kind);
            json.WriteString("sid", subscription.Sid);
            json.WriteString("uniqueName", subscription.UniqueName);
            json.WriteString("query", subscription.Query);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("waitingPackets", connection.WaitingPackets);
        json.WriteNumber("waitingBytes", connection.WaitingBytes);
        json.WriteNumber("sentBytes", connection.SentBytes);
        json.WriteNumber("sentEvents", connection.SentEvents);
        json.WriteEndObject();
    }

    /// <summary>Writes a date, or null if there is none.</summary>
    public static void WriteDate(Utf8JsonWriter json, string name, DateTimeOffset? date) =>
        json.WriteString(name, date?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

    // The revision of the resource after the change. Streams have none.
    private static long? Revision(SyncEvent source) => source switch
    {
        { IsOfEndpoint: true } or { Kind: ObjectKind.Stream } => null,
        { Key: not null } or { Kind: ObjectKind.Document } => source.EventId,
        _ => source.EventId + 1,
    };

    // The same encoding as in WebhookSender.
    private static string Form(IReadOnlyList<KeyValuePair<string, string>> fields)
    {
        using FormUrlEncodedContent content = new(fields);
        using StreamReader reader = new(content.ReadAsStream());
        return reader.ReadToEnd();
    }

    private static void WriteDuration(Utf8JsonWriter json, TimeSpan duration) =>
        json.WriteNumber("duration", Math.Round(duration.TotalMilliseconds, 1));

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
