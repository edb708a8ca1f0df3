using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>The items of a map that match an expression. The index of such a query is the map of the same name.</summary>
internal sealed class LiveQueryResult
{
    // Limits the memory for responses that wait to be sent.
    private const int MaximumItems = 1000;
    private const int MaximumSize = 1024 * 1024;
    private const int PageSize = 100;

    private LiveQueryResult(string id, SyncObject map, LiveQueryExpression expression, List<SyncItem> items) =>
        (Id, Map, Expression, Items) = (id, map, expression, items);

    /// <summary>Gets the query's ID. The same expression over the same map has the same ID.</summary>
    public string Id { get; }

    /// <summary>Gets the map, as it was before its items were read.</summary>
    public SyncObject Map { get; }

    /// <summary>Gets the expression.</summary>
    public LiveQueryExpression Expression { get; }

    /// <summary>Gets the items by key: the first 1,000, and at most 1 MiB of data.</summary>
    public List<SyncItem> Items { get; }

    /// <summary>Reads the items.</summary>
    /// <exception cref="SyncFailureException">There is no such map, or the identity may not read it.</exception>
    /// <exception cref="ProtocolException">It is not an expression.</exception>
    public static LiveQueryResult Read(SyncEngine engine, SyncService service, string identity, string index, string query)
    {
        SyncObject map = engine.GetObject(service, ObjectKind.Map, index);
        engine.RequireRight(map, identity, permission => permission.Read);
        LiveQueryExpression expression = LiveQueryExpression.Parse(query);
        List<SyncItem> found = [];
        List<SyncItem> page;
        object? from = null;
        int size = 0;
        do
        {
            page = engine.GetItems(service, ObjectKind.Map, map.Sid, new PageRange(from, Inclusive: false, Descending: false, PageSize)).Items;
            foreach (SyncItem item in page.Where(item => expression.Matches(item.Data)))
            {
                size += item.Data.Length;
                if (found.Count == MaximumItems || size > MaximumSize)
                {
                    return Of(found);
                }

                found.Add(item);
            }

            from = page.Count > 0 ? page[^1].Key.Value : null;
        }
        while (page.Count == PageSize);

        return Of(found);

        LiveQueryResult Of(List<SyncItem> items) => new(IdOf(map, query), map, expression, items);
    }

    /// <summary>Writes the response to the request for them.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("query_id", Id);
        json.WriteNumber("last_event_id", Map.LastEventId);
        WriteItems(json);
        json.WriteEndObject();
    }

    /// <summary>Writes the items.</summary>
    public void WriteItems(Utf8JsonWriter json)
    {
        json.WriteStartArray("items");
        foreach (SyncItem item in Items)
        {
            json.WriteStartObject();
            json.WriteString("key", item.Key.ToString());
            json.WriteData("data", item.Data);
            json.WriteNumber("revision", item.Revision);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string IdOf(SyncObject map, string query) =>
        $"LQ{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{map.Sid} {query}")).AsSpan(0, 16))}";
}

/// <summary>A live query of a connection. It reports items that begin to match, matching items that change, and items that no longer match.</summary>
internal sealed class LiveQuery(RealtimeConnection connection, SubscriptionRequest request, LiveQueryResult result, long position)
{
    // The matching items, and their revisions.
    private readonly Dictionary<string, long> items = result.Items.ToDictionary(item => item.Key.ToString(), item => item.Revision, StringComparer.Ordinal);

    /// <summary>Gets the connection that is subscribed.</summary>
    public RealtimeConnection Connection => connection;

    /// <summary>Gets the subscription request.</summary>
    public SubscriptionRequest Request => request;

    /// <summary>Gets the map's SID.</summary>
    public string MapSid => result.Map.Sid;

    /// <summary>Creates the first event for a subscriber: all matching items. The client finds out what has changed.</summary>
    public byte[] All(long correlationId) => Event("live_query_updated", correlationId, json =>
    {
        result.WriteItems(json);
        json.WriteNumber("last_event_id", result.Map.LastEventId);
    });

    /// <summary>Creates the event that a change causes, or <see langword="null"/> if it does not concern the query.</summary>
    public byte[]? Apply(SyncEvent committed)
    {
        if (committed.Position <= position)
        {
            return null;
        }

        if (committed.Change == SyncChange.Removed)
        {
            return Event("live_query_updated", null, json =>
            {
                json.WriteStartArray("items");
                json.WriteEndArray();
                json.WriteNumber("last_event_id", committed.EventId);
            });
        }

        if (committed.Key is not { } itemKey)
        {
            return null;
        }

        string key = itemKey.ToString();
        bool isKnown = items.TryGetValue(key, out long revision);
        if (isKnown && committed.EventId <= revision)
        {
            return null;
        }

        bool isMet = committed.Change != SyncChange.ItemRemoved && result.Expression.Matches(committed.Data!);
        if (!isMet && !isKnown)
        {
            return null;
        }

        if (isMet)
        {
            items[key] = committed.EventId;
        }
        else
        {
            items.Remove(key);
        }

        return Event(isMet ? "live_query_item_updated" : "live_query_item_removed", null, json =>
        {
            json.WriteString("item_key", key);
            if (isMet)
            {
                json.WriteData("item_data", committed.Data!);
            }

            json.WriteNumber("item_revision", committed.EventId);
            json.WriteNumber("last_event_id", committed.EventId);
        });
    }

    private byte[] Event(string type, long? correlationId, Action<Utf8JsonWriter> write) => RealtimePackets.Notification(json =>
    {
        json.WriteStartObject();
        json.WriteString("event_type", type);
        json.WriteNumber("event_protocol_version", 4);
        json.WriteBoolean("strictly_ordered", true);
        if (correlationId is { } correlation)
        {
            json.WriteNumber("correlation_id", correlation);
        }

        json.WriteStartObject("event");
        json.WriteString("query_id", request.ObjectSid);
        write(json);
        json.WriteEndObject();
        json.WriteEndObject();
    });
}

/// <summary>The live queries to which connections are subscribed, by map.</summary>
internal sealed class LiveQueries
{
    private readonly Dictionary<string, List<LiveQuery>> byMap = new(StringComparer.Ordinal);

    /// <summary>Gets the maps that have queries.</summary>
    public IReadOnlyCollection<string> Maps => byMap.Keys;

    /// <summary>Gets the queries of a map.</summary>
    public IReadOnlyList<LiveQuery> Of(string mapSid) => byMap.TryGetValue(mapSid, out List<LiveQuery>? queries) ? [.. queries] : [];

    /// <summary>Adds a query.</summary>
    public void Add(LiveQuery query)
    {
        if (!byMap.TryGetValue(query.MapSid, out List<LiveQuery>? queries))
        {
            byMap.Add(query.MapSid, queries = []);
        }

        queries.Add(query);
    }

    /// <summary>Removes a connection's query, if there is one.</summary>
    public void Remove(RealtimeConnection connection, string id)
    {
        foreach ((string map, List<LiveQuery> queries) in byMap)
        {
            queries.RemoveAll(query => query.Connection == connection && query.Request.ObjectSid == id);
            if (queries.Count == 0)
            {
                byMap.Remove(map);
            }
        }
    }
}
