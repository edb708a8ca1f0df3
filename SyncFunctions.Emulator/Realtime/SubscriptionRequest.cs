using System.Text.Json;

using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>What a client asks to be told about.</summary>
/// <param name="LastEventId">The last event it knows of; <see langword="null"/> to be told of none before now.</param>
internal sealed record SubscriptionRequest(ObjectKind Kind, string ObjectSid, long? LastEventId)
{
    private const string LiveQueryType = "live_query";

    /// <summary>Gets whether it is about a live query, whose ID is in the place of an object's SID.</summary>
    public bool IsLiveQuery { get; init; }

    /// <summary>Gets what a live query is about; <see langword="null"/> to end one.</summary>
    public (string Index, string Expression)? Query { get; init; }

    /// <summary>Gets what clients call such an object.</summary>
    public string TypeName => IsLiveQuery ? LiveQueryType : Kind.TypeName();

    /// <summary>Reads one; <see langword="null"/> for what is none of Sync's objects, and is not answered.</summary>
    public static SubscriptionRequest? Read(JsonElement entry)
    {
        string? type = TwilsockPacket.Text(DataRequest.Member(entry, "object_type"));
        if (TwilsockPacket.Text(DataRequest.Member(entry, "object_sid")) is not { } sid)
        {
            return null;
        }

        if (type == LiveQueryType)
        {
            return new SubscriptionRequest(ObjectKind.Map, sid, null)
            {
                IsLiveQuery = true,
                Query = TwilsockPacket.Text(DataRequest.Member(entry, "index_name")) is { } index
                    && TwilsockPacket.Text(DataRequest.Member(entry, "query_string")) is { } expression
                    ? (index, expression)
                    : null,
            };
        }

        JsonElement last = DataRequest.Member(entry, "last_event_id");
        return ObjectKinds.FromTypeName(type) is { } kind
            ? new SubscriptionRequest(kind, sid, last.ValueKind == JsonValueKind.Number && last.TryGetInt64(out long number) ? number : null)
            : null;
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
