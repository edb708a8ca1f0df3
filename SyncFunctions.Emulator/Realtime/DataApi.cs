using System.Text.Json;

using Microsoft.Extensions.Logging;

using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>
/// Routes the requests that realtime clients send through their connection. The engine is the same as the REST API's; paths and forms differ.
/// </summary>
internal sealed partial class DataApi(SyncEngine engine, EmulatorOptions options, RealtimeHub hub, ILogger<DataApi> logger)
{
    private readonly SubscriptionCall subscriptions = new(hub);

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
                return subscriptions.Handle(connection, request);
            }

            // The version is ignored. A path with a service must name the token's service.
            string[] path = request.Segments switch
            {
                [_, "Services", var sid, .. var rest] => sid == connection.Service.Sid || sid == connection.Service.UniqueName
                    ? rest
                    : throw new SyncFailureException(SyncFailure.ServiceNotFound),
                [_, .. var rest] => rest,
                _ => throw ProtocolErrors.NotFound("/"),
            };
            if (path is ["Insights", var index, "Items"] && request.Method == "POST")
            {
                (kind, byName) = (ObjectKind.Map, true);
                LiveQueryResult result = LiveQueryResult.Read(
                    engine, connection.Service, connection.Identity, index, request.BodyText("query_string") ?? throw ProtocolErrors.InvalidQuery());
                return new DataReply(200, result.Write);
            }

            if (path is not [var name, .. var below] || ObjectKinds.FromSegment(name) is not { } found)
            {
                throw ProtocolErrors.NotFound("/" + string.Join('/', path));
            }

            kind = found;
            byName = below is [var id, ..] && !Sid.HasShape(id);
            DataReply reply = await new ObjectCall(engine, options, origin, request, kind, cancellationToken).HandleAsync(below);
            if (request.Method != "GET")
            {
                await hub.PassOnBeforeAsync(origin);
            }

            return reply;
        }
        catch (SyncFailureException refusal)
        {
            return DataReply.Error(ProtocolErrors.ForRealtime(refusal.Failure, kind, byName));
        }
        catch (ProtocolException refusal)
        {
            return DataReply.Error(refusal);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.Failed(logger, exception);
            return DataReply.Error(ProtocolErrors.Unexpected(exception));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2330, LogLevel.Error, "A realtime request failed")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
