using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Rest;

/// <summary><c>…/Streams/{Sid}/Messages</c>: messages can be published but not read.</summary>
internal sealed class MessageResource(SyncEngine engine)
{
    public async Task<RestResult> CollectionAsync(RestCall call, SyncService service, string stream)
    {
        if (call.Method != "POST")
        {
            throw ProtocolErrors.MethodNotAllowed();
        }

        string data = call.Data(ObjectKind.Stream) ?? throw ProtocolErrors.NullData(ObjectKind.Stream);
        string sid = await engine.PublishMessageAsync(service, stream, data, Caller.System, call.Cancelled);
        return RestResult.Created(json => MessageBody.Write(json, sid, data));
    }
}
