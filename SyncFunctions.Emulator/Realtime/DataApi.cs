using System.Text.Json;

using Microsoft.Extensions.Logging;

using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Protocol;
using SyncFunctions.Emulator.Rest;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>The Sync API that realtime clients reach through their connection: the same engine as the REST API's, with other paths and forms.</summary>
internal sealed partial class DataApi(SyncEngine engine, EmulatorOptions options, RealtimeHub hub, ILogger<DataApi> logger)
{
    private const int MaximumBatch = 1000;
    private const int IncludedItems = 100;

    public async Task<DataReply> HandleAsync(
        RequestOrigin origin, JsonElement header, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        RealtimeConnection connection = origin.Connection;
        ObjectKind kind = default;
        bool byName = false;
        try
        {
            DataRequest request = DataRequest.Read(header, payload) ?? throw ProtocolErrors.InvalidData();
            if (request is { Method: "POST", Segments: ["v4", "Subscriptions"] })
            {
                return Subscribe(connection, request);
            }

            // The version is not looked at; a path with a service must name the token's.
            string[] path = request.Segments switch
            {
                [_, "Services", var sid, .. var rest] => sid == connection.Service.Sid || sid == connection.Service.UniqueName
                    ? rest
                    : throw new SyncFailureException(SyncFailure.ServiceNotFound),
                [_, .. var rest] => rest,
                _ => throw ProtocolErrors.NotFound("/"),
            };
            if (path is not [var name, .. var below] || ObjectKinds.FromSegment(name) is not { } found)
            {
                throw ProtocolErrors.NotFound("/" + string.Join('/', path));
            }

            kind = found;
            byName = below is [var id, ..] && !Sid.HasShape(id);
            return await new DataCall(engine, options, origin, request, kind, cancellationToken).HandleAsync(below);
        }
        catch (SyncFailureException refusal)
        {
            return Error(ProtocolErrors.ForRealtime(refusal.Failure, kind, byName));
        }
        catch (ProtocolException refusal)
        {
            return Error(refusal);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.Failed(logger, exception);
            return Error(ProtocolErrors.InternalError());
        }
    }

    private DataReply Subscribe(RealtimeConnection connection, DataRequest request)
    {
        long correlationId = request.BodyNumber("correlation_id") ?? throw ProtocolErrors.InvalidData();
        JsonElement[] entries = request.BodyArray("requests");
        if (entries.Length > MaximumBatch)
        {
            throw ProtocolErrors.TooManySubscriptions();
        }

        List<SubscriptionRequest> requests = [];
        foreach (JsonElement entry in entries)
        {
            // Live queries are not Sync's objects, and are not answered.
            if (ParseKind(DataRequest.Member(entry, "object_type")) is { } kind
                && TwilsockPacket.Text(DataRequest.Member(entry, "object_sid")) is { } sid)
            {
                JsonElement last = DataRequest.Member(entry, "last_event_id");
                requests.Add(new SubscriptionRequest(
                    kind, sid, last.ValueKind == JsonValueKind.Number && last.TryGetInt64(out long number) ? number : null));
            }
        }

        bool cancel = request.BodyText("action") switch
        {
            "establish" => false,
            "cancel" => true,
            _ => throw ProtocolErrors.InvalidData(),
        };
        return new DataReply(
            202,
            json =>
            {
                json.WriteStartObject();
                json.WriteNumber("estimated_delivery_in_ms", 10_000);
                json.WriteNumber("max_batch_size", MaximumBatch);
                // Subscriptions last as long as the connection.
                json.WriteNumber("ttl_in_s", -1);
                json.WriteEndObject();
            },
            () =>
            {
                if (cancel)
                {
                    hub.Cancel(connection, requests, correlationId);
                }
                else
                {
                    hub.Subscribe(connection, requests, correlationId);
                }
            });
    }

    private static DataReply Error(ProtocolException error) => new(error.Status, json => ResourceWriter.WriteError(json, error));

    private static ObjectKind? ParseKind(JsonElement type) => TwilsockPacket.Text(type) switch
    {
        "document" => ObjectKind.Document,
        "list" => ObjectKind.List,
        "map" => ObjectKind.Map,
        "stream" => ObjectKind.Stream,
        _ => null,
    };

    /// <summary>One request about objects of a kind.</summary>
    private sealed class DataCall(
        SyncEngine engine, EmulatorOptions options, RequestOrigin origin, DataRequest request, ObjectKind kind,
        CancellationToken cancellationToken)
    {
        private readonly RealtimeConnection connection = origin.Connection;
        private readonly SyncService service = origin.Connection.Service;
        private readonly Caller caller = new(origin.Connection.Identity, origin);

        public Task<DataReply> HandleAsync(string[] below) => (request.Method, below) switch
        {
            ("POST", []) => CreateAsync(),
            ("GET", [var id]) => Task.FromResult(Open(id)),
            ("POST", [var id]) => UpdateAsync(id),
            ("DELETE", [var id]) => RemoveAsync(id),
            ("GET", [var id, "Items"]) when HasItems => Task.FromResult(Page(id)),
            ("POST", [var id, "Items"]) when HasItems => AddItemAsync(id),
            ("POST" or "PUT", [var id, "Items", var key]) when HasItems => SetItemAsync(id, Key(key)),
            ("DELETE", [var id, "Items", var key]) when HasItems => RemoveItemAsync(id, Key(key)),
            ("POST", [var id, "Messages"]) when kind == ObjectKind.Stream => PublishAsync(id),
            _ => throw ProtocolErrors.NotFound("/" + string.Join('/', request.Segments)),
        };

        private bool HasItems => kind is ObjectKind.List or ObjectKind.Map;

        private async Task<DataReply> CreateAsync()
        {
            string? data = kind == ObjectKind.Document ? request.Data(kind) ?? "{}" : null;
            SyncObject created = await engine.CreateObjectAsync(
                service, kind, Rules.UniqueName(request.BodyText("unique_name")), data, request.Ttl(), caller, cancellationToken);
            if (kind != ObjectKind.Stream && engine.FindService(service.Id) is { Settings.AclEnabled: true })
            {
                // Whoever creates an object may do everything with it.
                SyncPermission all = new(caller.Identity, Read: true, Write: true, Manage: true);
                await engine.SetPermissionAsync(service, kind, created.Sid, all, cancellationToken);
            }

            return new DataReply(201, json => RealtimeWriter.WriteDescriptor(json, service, created, options.AccountSid, withData: false));
        }

        private DataReply Open(string id)
        {
            SyncObject source = Require(id, permission => permission.Read);
            List<SyncItem>? items = kind == ObjectKind.Map && request.Query("Include") == "items"
                ? engine.GetItems(service, kind, source.Sid, new PageRange(null, true, false, IncludedItems)).Items
                : null;
            return Ok(json => RealtimeWriter.WriteDescriptor(json, service, source, options.AccountSid, withData: true, items));
        }

        private async Task<DataReply> UpdateAsync(string id)
        {
            string? data = kind == ObjectKind.Document ? request.Data(kind) : null;
            Expiry expiry = request.Ttl();
            if (data is null && expiry == Expiry.Keep)
            {
                throw ProtocolErrors.NoParameters();
            }

            SyncObject source = Require(id, permission => permission.Write);
            SyncObject updated = await engine.UpdateObjectAsync(
                service, kind, source.Sid, data, expiry, request.IfMatch(), caller, cancellationToken);
            return Ok(json => RealtimeWriter.WriteObjectChange(json, updated));
        }

        private async Task<DataReply> RemoveAsync(string id)
        {
            SyncObject source = Require(id, permission => permission.Manage);
            await engine.RemoveObjectAsync(service, kind, source.Sid, null, caller, cancellationToken);
            return Ok(WriteEmpty);
        }

        private async Task<DataReply> AddItemAsync(string id)
        {
            string data = request.Data(kind) ?? throw ProtocolErrors.NullData(kind);
            Expiry expiry = request.Ttl();
            string? key = kind == ObjectKind.Map ? Rules.ItemKey(request.BodyText("key")) : null;
            SyncObject source = Require(id, permission => permission.Write);
            (SyncObject parent, SyncItem item) = key is null
                ? await engine.AddListItemAsync(service, source.Sid, data, expiry, Expiry.Keep, caller, cancellationToken)
                : await engine.CreateMapItemAsync(service, source.Sid, key, data, expiry, Expiry.Keep, caller, cancellationToken);
            return new DataReply(201, json => RealtimeWriter.WriteItemChange(json, service, parent, item));
        }

        // A map's item may be created by PUT; by POST it must be there, and its expiry alone may be changed.
        private async Task<DataReply> SetItemAsync(string id, ItemKey key)
        {
            string? data = request.Data(kind);
            Expiry expiry = request.Ttl();
            SyncObject source = Require(id, permission => permission.Write);
            if (request.Method == "PUT" && kind == ObjectKind.Map)
            {
                (SyncObject map, SyncItem set, bool isCreated) = await engine.SetMapItemAsync(
                    service, source.Sid, Rules.ItemKey(key.ToString()), data ?? throw ProtocolErrors.NullData(kind), expiry, request.IfMatch(),
                    caller, cancellationToken);
                return new DataReply(isCreated ? 201 : 200, json => RealtimeWriter.WriteItemChange(json, service, map, set));
            }

            if (data is null && expiry == Expiry.Keep)
            {
                throw ProtocolErrors.NoParameters();
            }

            (SyncObject parent, SyncItem item) = await engine.UpdateItemAsync(
                service, kind, source.Sid, key, data, expiry, Expiry.Keep, request.IfMatch(), caller, cancellationToken);
            return Ok(json => RealtimeWriter.WriteItemChange(json, service, parent, item));
        }

        private async Task<DataReply> RemoveItemAsync(string id, ItemKey key)
        {
            SyncObject source = Require(id, permission => permission.Write);
            (SyncObject parent, _) = await engine.RemoveItemAsync(
                service, kind, source.Sid, key, request.IfMatch(), caller, cancellationToken);
            return Ok(json => RealtimeWriter.WriteItemRemoval(json, parent));
        }

        private async Task<DataReply> PublishAsync(string id)
        {
            string data = request.Data(kind) ?? throw ProtocolErrors.NullData(kind);
            SyncObject stream = engine.GetObject(service, kind, id);
            string sid = await engine.PublishMessageAsync(service, stream.Sid, data, caller, cancellationToken);
            return new DataReply(201, json => ResourceWriter.WriteMessage(json, sid, data));
        }

        private DataReply Page(string id)
        {
            SyncObject source = Require(id, permission => permission.Read);
            if ((request.Query("Index") ?? request.Query("Key")) is { } wanted)
            {
                List<SyncItem> one = engine.GetItems(service, kind, source.Sid, new PageRange(Key(wanted).Value, true, false, 1)).Items;
                return Ok(json => WritePage(json, source, [.. one.Where(item => item.Key == Key(wanted))], false, false));
            }

            bool descending = request.Query("Order") switch
            {
                null or "asc" => false,
                "desc" => true,
                _ => throw ProtocolErrors.InvalidOrder(),
            };
            object? from = request.Query("From") is { } text ? Key(text).Value : null;
            int size = request.PageSize();
            List<SyncItem> items = engine.GetItems(
                service, kind, source.Sid, new PageRange(from, request.Query("Bounds") != "exclusive", descending, size + 1)).Items;
            bool more = items.Count > size;
            bool before = items.Count > 0
                && engine.GetItems(service, kind, source.Sid, new PageRange(items[0].Key.Value, false, !descending, 1)).Items.Count > 0;
            return Ok(json => WritePage(json, source, items.Take(size), before, more));
        }

        // The client asks for pages by key, and needs to know of the tokens only whether they are there.
        private void WritePage(Utf8JsonWriter json, SyncObject source, IEnumerable<SyncItem> items, bool before, bool after)
        {
            json.WriteStartObject();
            json.WriteStartArray("items");
            foreach (SyncItem item in items)
            {
                RealtimeWriter.WriteItem(json, service, source, item);
            }

            json.WriteEndArray();
            json.WriteStartObject("meta");
            json.WriteString("previous_token", before ? "previous" : null);
            json.WriteString("next_token", after ? "next" : null);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        private SyncObject Require(string id, Func<SyncPermission, bool> right)
        {
            SyncObject source = engine.GetObject(service, kind, id);
            // Streams have no permissions.
            if (kind != ObjectKind.Stream)
            {
                connection.Require(source, right);
            }

            return source;
        }

        private ItemKey Key(string segment) => kind == ObjectKind.List ? Rules.Index(segment) : new ItemKey(segment);

        private static DataReply Ok(Action<Utf8JsonWriter> body) => new(200, body);

        private static void WriteEmpty(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            json.WriteEndObject();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A realtime request failed")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
