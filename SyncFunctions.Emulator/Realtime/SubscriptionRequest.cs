using System.Text.Json;

using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>A client's request for a subscription.</summary>
/// <param name="LastEventId">The last event that it knows, or <see langword="null"/> to get no earlier events.</param>
internal sealed record SubscriptionRequest(ObjectKind Kind, string ObjectSid, long? LastEventId)
{
    private const string LiveQueryType = "live_query";

    /// <summary>Gets whether it is for a live query, whose ID is in place of an object's SID.</summary>
    public bool IsLiveQuery { get; init; }

    /// <summary>Gets the index and expression of a live query, or <see langword="null"/> to end one.</summary>
    public (string Index, string Expression)? Query { get; init; }

    /// <summary>Gets the clients' name for such an object.</summary>
    public string TypeName => IsLiveQuery ? LiveQueryType : Kind.TypeName();

    /// <summary>Reads a request, or returns <see langword="null"/> if it is not for one of Sync's objects. Such a request gets no response.</summary>
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

/// <summary>The request to begin or end several subscriptions.</summary>
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
