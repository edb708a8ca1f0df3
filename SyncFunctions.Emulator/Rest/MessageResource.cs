using SyncFunctions.Emulator.Engine;

namespace SyncFunctions.Emulator.Rest;

/// <summary><c>…/Streams/{Sid}/Messages</c>: messages can be published and not read.</summary>
internal sealed class MessageResource(SyncEngine engine)
{
    public async Task<RestResult> CollectionAsync(RestCall call, SyncService service, string stream)
    {
        if (call.Method != "POST")
        {
            throw RestErrors.MethodNotAllowed();
        }

        string data = call.Data(ObjectKind.Stream) ?? throw RestErrors.NullData(ObjectKind.Stream);
        string sid = await engine.PublishMessageAsync(service, stream, data, SyncEngine.SystemIdentity, call.Cancelled);
        return RestResult.Created(json => ResourceWriter.WriteMessage(json, sid, data));
    }
}
