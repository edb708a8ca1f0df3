using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Rest;

/// <summary><c>/Services/{Sid}/Documents|Lists|Maps|Streams</c> and their instances.</summary>
internal sealed class ObjectResource(SyncEngine engine, ResourceWriter writer)
{
    public async Task<RestResult> CollectionAsync(RestCall call, SyncService service, ObjectKind kind)
    {
        switch (call.Method)
        {
            case "GET":
                return new Paging(call, $"{service.Sid}/{kind}").Read(
                    $"{kind.TypeName()}s",
                    range => engine.GetObjects(service, kind, range),
                    source => source.Id,
                    (json, source) => writer.Write(json, service, source, call.BaseUrl));
            case "POST":
                string? data = kind == ObjectKind.Document ? call.Data(kind) ?? "{}" : null;
                SyncObject created = await engine.CreateObjectAsync(
                    service, kind, call.UniqueName(), data, Expiry(call, kind), Caller.System, call.Cancelled);
                return Answer(call, service, created, 201);
            default:
                throw ProtocolErrors.MethodNotAllowed();
        }
    }

    public async Task<RestResult> InstanceAsync(RestCall call, SyncService service, ObjectKind kind, string sidOrName)
    {
        switch (call.Method)
        {
            case "GET":
                SyncObject found = engine.GetObject(service, kind, sidOrName);
                return Answer(call, service, found).From(found);
            case "POST":
                string? data = kind == ObjectKind.Document ? call.Data(kind) : null;
                Expiry expiry = Expiry(call, kind);
                if (data is null && expiry == Model.Expiry.Keep)
                {
                    throw ProtocolErrors.NoParameters();
                }

                SyncObject updated = await engine.UpdateObjectAsync(
                    service, kind, sidOrName, data, expiry, IfMatch(call, kind), Caller.System, call.Cancelled);
                return Answer(call, service, updated);
            case "DELETE":
                await engine.RemoveObjectAsync(service, kind, sidOrName, IfMatch(call, kind), Caller.System, call.Cancelled);
                return RestResult.NoContent;
            default:
                throw ProtocolErrors.MethodNotAllowed();
        }
    }

    private RestResult Answer(RestCall call, SyncService service, SyncObject source, int status = 200) => new(
        status,
        json => writer.Write(json, service, source, call.BaseUrl),
        source.Kind == ObjectKind.Document ? source.Revision : null);

    private static Expiry Expiry(RestCall call, ObjectKind kind) =>
        kind is ObjectKind.List or ObjectKind.Map ? call.Ttl("CollectionTtl", "Ttl") : call.Ttl("Ttl");

    // Only documents have a revision to match; for other objects Twilio ignores the header.
    private static long? IfMatch(RestCall call, ObjectKind kind) => kind == ObjectKind.Document ? call.IfMatch() : null;
}
