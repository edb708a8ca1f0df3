using System.Text.Json;

using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>A request for objects of a kind, or for their contents.</summary>
internal sealed class ObjectCall(
    SyncEngine engine, EmulatorOptions options, RequestOrigin origin, DataRequest request, ObjectKind kind,
    CancellationToken cancellationToken)
{
    private const int IncludedItems = 100;

    private readonly SyncService service = origin.Connection.Service;
    private readonly Caller caller = new(origin.Connection.Identity, origin, origin.Connection.EndpointId);

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
        return new DataReply(201, json => ResourceBody.WriteDescriptor(json, service, created, options.AccountSid, withData: false));
    }

    private DataReply Open(string id)
    {
        SyncObject source = Require(id, permission => permission.Read);
        List<SyncItem>? items = kind == ObjectKind.Map && request.Query("Include") == "items"
            ? engine.GetItems(service, kind, source.Sid, new PageRange(null, true, false, IncludedItems)).Items
            : null;
        return Ok(json => ResourceBody.WriteDescriptor(json, service, source, options.AccountSid, withData: true, items));
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
        return Ok(json => ResourceBody.WriteObjectChange(json, updated));
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
        return new DataReply(201, json => ResourceBody.WriteItemChange(json, service, parent, item));
    }

    // PUT may create a map's item. With POST it must exist, and it is possible to change only its expiry.
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
            return new DataReply(isCreated ? 201 : 200, json => ResourceBody.WriteItemChange(json, service, map, set));
        }

        if (data is null && expiry == Expiry.Keep)
        {
            throw ProtocolErrors.NoParameters();
        }

        (SyncObject parent, SyncItem item) = await engine.UpdateItemAsync(
            service, kind, source.Sid, key, data, expiry, Expiry.Keep, request.IfMatch(), caller, cancellationToken);
        return Ok(json => ResourceBody.WriteItemChange(json, service, parent, item));
    }

    private async Task<DataReply> RemoveItemAsync(string id, ItemKey key)
    {
        SyncObject source = Require(id, permission => permission.Write);
        (SyncObject parent, _) = await engine.RemoveItemAsync(
            service, kind, source.Sid, key, request.IfMatch(), caller, cancellationToken);
        return Ok(json => ResourceBody.WriteItemRemoval(json, parent));
    }

    private async Task<DataReply> PublishAsync(string id)
    {
        string data = request.Data(kind) ?? throw ProtocolErrors.NullData(kind);
        SyncObject stream = engine.GetObject(service, kind, id);
        string sid = await engine.PublishMessageAsync(service, stream.Sid, data, caller, cancellationToken);
        return new DataReply(201, json => MessageBody.Write(json, sid, data));
    }

    private DataReply Page(string id)
    {
        SyncObject source = Require(id, permission => permission.Read);
        if ((request.Query("Index") ?? request.Query("Key")) is { } wanted)
        {
            List<SyncItem> one = engine.GetItems(service, kind, source.Sid, new PageRange(Key(wanted).Value, true, false, 1)).Items;
            return Ok(json => ItemPages.Write(json, service, source, [.. one.Where(item => item.Key == Key(wanted))], null, null));
        }

        return new ItemPages(engine, service, source, request, Key).Read();
    }

    private SyncObject Require(string id, Func<SyncPermission, bool> right)
    {
        SyncObject source = engine.GetObject(service, kind, id);
        engine.RequireRight(source, caller.Identity, right);
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
