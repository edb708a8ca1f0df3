using System.Text.Json;

using Microsoft.AspNetCore.WebUtilities;

using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>Creates the packets that the emulator sends to realtime clients.</summary>
internal static class RealtimePackets
{
    /// <summary>Responds to <c>init</c>.</summary>
    /// <param name="continuationToken">What the client presents when it reconnects.</param>
    public static byte[] Initialised(string id, string continuationToken) => TwilsockPacket.Write(json =>
    {
        WriteReply(json, id, 200, "OK");
        json.WriteStartArray("capabilities");
        json.WriteStringValue("client_update");
        json.WriteEndArray();
        json.WriteString("continuation_token", continuationToken);
    });

    /// <summary>Responds to any other message about the connection itself.</summary>
    public static byte[] Reply(string id, int code, string status, int? errorCode = null, string? description = null) =>
        TwilsockPacket.Write(json => WriteReply(json, id, code, status, errorCode, description));

    /// <summary>Responds to a tunnelled request.</summary>
    public static byte[] Answer(string id, DataReply reply) => TwilsockPacket.Write(
        json =>
        {
            WriteReply(json, id, 200, "OK");
            json.WriteStartObject("http_status");
            json.WriteNumber("code", reply.Status);
            json.WriteString("status", ReasonPhrases.GetReasonPhrase(reply.Status));
            json.WriteEndObject();
            json.WriteStartObject("http_headers");
            json.WriteString("content-type", "application/json");
            json.WriteString("twilio-request-id", Sid.NewRequest());
            json.WriteEndObject();
        },
        reply.Body);

    /// <summary>Gives the reason why the connection ends.</summary>
    public static byte[] Close(int code, string status, int errorCode, string description) => TwilsockPacket.Write(json =>
    {
        json.WriteString("method", "close");
        json.WriteString("id", Sid.New(Sid.RealtimeMessage));
        WriteStatus(json, code, status, errorCode, description);
    });

    /// <summary>Keeps the connection alive.</summary>
    /// <param name="id">Its id, if its acknowledgement is needed.</param>
    public static byte[] Ping(string? id = null) => TwilsockPacket.Write(json =>
    {
        json.WriteString("method", "ping");
        json.WriteString("id", id ?? Sid.New(Sid.RealtimeMessage));
    });

    /// <summary>Announces that the client's token expires soon.</summary>
    public static byte[] ExpiryNotice(TimeSpan left) => TwilsockPacket.Write(json =>
    {
        json.WriteString("method", "client_update");
        json.WriteString("id", Sid.New(Sid.RealtimeMessage));
        json.WriteString("client_update_type", "token_about_to_expire");
        json.WriteString("client_update_message", $"Your token is about to expire. Time left: less than {(int)left.TotalMilliseconds + 1} ms");
    });

    /// <summary>Contains an event or a confirmation; the same packet for all recipients.</summary>
    /// <param name="id">Its id, if its acknowledgement is needed.</param>
    public static byte[] Notification(Action<Utf8JsonWriter> payload, string? id = null) => TwilsockPacket.Write(
        json =>
        {
            json.WriteString("method", "notification");
            json.WriteString("id", id ?? Sid.New(Sid.RealtimeMessage));
            json.WriteString("message_type", "twilio.sync.event");
            json.WriteString("notification_ctx_id", "");
        },
        payload);

    /// <summary>Confirms or refuses a subscription.</summary>
    /// <param name="correlationId">
    /// The request to which it responds, or <see langword="null"/> if there is none: the client then applies it to a subscription without a pending
    /// request.
    /// </param>
    /// <param name="source">The object, or <see langword="null"/> if there is no subscription.</param>
    /// <param name="isComplete">False if the client must ask again for events that it did not get.</param>
    public static byte[] Confirmation(
        string eventType, long? correlationId, SubscriptionRequest request, SyncObject? source, ProtocolException? error, bool isComplete) =>
        Notification(json =>
        {
            json.WriteStartObject();
            json.WriteString("event_type", eventType);
            if (correlationId is { } correlation)
            {
                json.WriteNumber("correlation_id", correlation);
            }
            else
            {
                json.WriteNull("correlation_id");
            }

            json.WriteNumber("event_protocol_version", 4);
            json.WriteStartObject("event");
            json.WriteString("object_sid", request.ObjectSid);
            json.WriteString("object_type", request.TypeName);
            if (source is not null)
            {
                WriteReplay(json, source, isComplete);
            }

            if (error is not null)
            {
                json.WriteStartObject("error");
                json.WriteNumber("status", error.Status);
                json.WriteNumber("code", error.Code);
                json.WriteString("message", error.Message);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        });

    private static void WriteReplay(Utf8JsonWriter json, SyncObject source, bool isComplete)
    {
        json.WriteString("replay_status", isComplete ? "completed" : "interrupted");
        if (source.Kind == ObjectKind.Stream)
        {
            json.WriteNull("last_event_id");
        }
        else
        {
            json.WriteNumber("last_event_id", source.LastEventId);
        }
    }

    private static void WriteReply(Utf8JsonWriter json, string id, int code, string status, int? errorCode = null, string? description = null)
    {
        json.WriteString("method", "reply");
        json.WriteString("id", id);
        WriteStatus(json, code, status, errorCode, description);
    }

    private static void WriteStatus(Utf8JsonWriter json, int code, string status, int? errorCode, string? description)
    {
        json.WriteStartObject("status");
        json.WriteNumber("code", code);
        json.WriteString("status", status);
        if (description is not null)
        {
            json.WriteString("description", description);
        }

        if (errorCode is { } number)
        {
            json.WriteNumber("errorCode", number);
        }

        json.WriteEndObject();
    }
}
