using System.Text.Json;

using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Rest;

/// <summary><c>…/Lists/{Sid}/Items</c>, <c>…/Maps/{Sid}/Items</c> and their instances.</summary>
internal sealed class ItemResource(SyncEngine engine, ResourceWriter writer)
{
    public async Task<RestResult> CollectionAsync(RestCall call, SyncService service, ObjectKind kind, string parent)
    {
        switch (call.Method)
        {
            case "GET":
                return Page(call, service, kind, parent);
            case "POST":
                string? key = kind == ObjectKind.Map ? call.ItemKey() : null;
                string data = call.Data(kind) ?? throw ProtocolErrors.NullData(kind);
                Expiry expiry = call.Ttl("ItemTtl", "Ttl");
                Expiry collectionExpiry = call.Ttl("CollectionTtl");
                return Answer(
                    call,
                    service,
                    key is null
                        ? await engine.AddListItemAsync(
                            service, parent, data, expiry, collectionExpiry, Caller.System, call.Cancelled)
                        : await engine.CreateMapItemAsync(
                            service, parent, key, data, expiry, collectionExpiry, Caller.System, call.Cancelled),
                    201);
            default:
                throw ProtocolErrors.MethodNotAllowed();
        }
    }

    public async Task<RestResult> InstanceAsync(RestCall call, SyncService service, ObjectKind kind, string parent, string segment)
    {
        ItemKey key = kind == ObjectKind.List ? Rules.Index(segment) : new ItemKey(segment);
        switch (call.Method)
        {
            case "GET":
                (SyncObject Parent, SyncItem Item) found = engine.GetItem(service, kind, parent, key);
                return Answer(call, service, found).From(found.Parent, found.Item.DateExpires);
            case "POST":
                string? data = call.Data(kind);
                Expiry expiry = call.Ttl("ItemTtl", "Ttl");
                if (data is null && expiry == Expiry.Keep)
                {
                    throw ProtocolErrors.NoParameters();
                }

                return Answer(
                    call,
                    service,
                    await engine.UpdateItemAsync(
                        service, kind, parent, key, data, expiry, call.Ttl("CollectionTtl"), call.IfMatch(), Caller.System,
                        call.Cancelled));
            case "DELETE":
                await engine.RemoveItemAsync(service, kind, parent, key, call.IfMatch(), Caller.System, call.Cancelled);
                return RestResult.NoContent;
            default:
                throw ProtocolErrors.MethodNotAllowed();
        }
    }

    private RestResult Page(RestCall call, SyncService service, ObjectKind kind, string parent)
    {
        SyncObject collection = engine.GetObject(service, kind, parent);
        bool isList = kind == ObjectKind.List;
        return new Paging(call, $"{collection.Sid}/Items", isList ? JsonValueKind.Number : JsonValueKind.String).Read(
            "items",
            range => engine.GetItems(service, kind, collection.Sid, range).Items,
            item => item.Key.Value,
            (json, item) => writer.Write(json, service, collection, item, call.BaseUrl),
            from => isList ? Rules.Index(from).Value : from);
    }

    private RestResult Answer(RestCall call, SyncService service, (SyncObject Parent, SyncItem Item) found, int status = 200) =>
        new(status, json => writer.Write(json, service, found.Parent, found.Item, call.BaseUrl), found.Item.Revision);
}
