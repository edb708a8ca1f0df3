using System.Text.Json;

using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>What a client asks to be told about.</summary>
/// <param name="LastEventId">The last event it knows of; <see langword="null"/> to be told of none before now.</param>
internal sealed record SubscriptionRequest(ObjectKind Kind, string ObjectSid, long? LastEventId)
{
    /// <summary>Reads one; <see langword="null"/> for live queries, which are not Sync's objects, and are not answered.</summary>
    public static SubscriptionRequest? Read(JsonElement entry)
    {
        if (ObjectKinds.FromTypeName(TwilsockPacket.Text(DataRequest.Member(entry, "object_type"))) is not { } kind
            || TwilsockPacket.Text(DataRequest.Member(entry, "object_sid")) is not { } sid)
        {
            return null;
        }

        JsonElement last = DataRequest.Member(entry, "last_event_id");
        return new SubscriptionRequest(kind, sid, last.ValueKind == JsonValueKind.Number && last.TryGetInt64(out long number) ? number : null);
    }
}

/// <summary>The request to begin or to end subscriptions, many at once.</summary>
internal sealed class SubscriptionCall(RealtimeHub hub)
{
    private const int MaximumBatch = 1000;

    public DataReply Handle(RealtimeConnection connection, DataRequest request)
    {
        long correlationId = request.BodyNumber("correlation_id") ?? throw ProtocolErrors.InvalidData();
        JsonElement[] entries = request.BodyArray("requests");
        if (entries.Length > MaximumBatch)
        {
            throw ProtocolErrors.TooManySubscriptions();
        }

        List<SubscriptionRequest> requests = [.. entries.Select(SubscriptionRequest.Read).OfType<SubscriptionRequest>()];
        Action<RealtimeConnection, IReadOnlyList<SubscriptionRequest>, long> action = request.BodyText("action") switch
        {
            "establish" => hub.Subscribe,
            "cancel" => hub.Cancel,
            _ => throw ProtocolErrors.InvalidData(),
        };
        return new DataReply(202, WriteAccepted, () => action(connection, requests, correlationId));
    }

    private static void WriteAccepted(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("estimated_delivery_in_ms", 10_000);
        json.WriteNumber("max_batch_size", MaximumBatch);
        // Subscriptions last as long as the connection.
        json.WriteNumber("ttl_in_s", -1);
        json.WriteEndObject();
    }
}
