using System.Globalization;
using System.Text.Json;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;
using SyncFunctions.Emulator.Recording;

namespace SyncFunctions.Emulator.Inspection;

/// <summary>
/// Serves the most recent requests, events and webhook deliveries, and the realtime connections. It needs the same credentials as the REST API.
/// Twilio has no such API.
/// </summary>
internal sealed partial class InspectionApi(
    RecentLog<RequestRecord> requests,
    EventRecorder events,
    RecentLog<DeliveryRecord> deliveries,
    IDeliveryRepeater repeater,
    OpenConnections connections,
    TokenIssuer tokens,
    BasicAuthentication authentication,
    SyncEngine engine,
    TimeProvider time,
    ILogger<InspectionApi> logger)
{
    /// <summary>The prefix of its paths.</summary>
    public const string Path = "/inspection";

    // More than anyone would read.
    private const int MaximumConnections = 1000;

    // How long the response waits for the end of a repeated delivery.
    private static readonly TimeSpan RepeatWait = TimeSpan.FromSeconds(5);

    private static readonly string[] EventTypes =
    [
        .. from kind in Enum.GetValues<ObjectKind>()
           from change in kind switch
           {
               ObjectKind.Document => (SyncChange[])[SyncChange.Created, SyncChange.Updated, SyncChange.Removed],
               ObjectKind.Stream => [SyncChange.Created, SyncChange.Removed, SyncChange.MessagePublished],
               _ => [SyncChange.Created, SyncChange.Removed, SyncChange.ItemAdded, SyncChange.ItemUpdated, SyncChange.ItemRemoved],
           }
           select EventType.Of(kind, change),
        EventType.Of(default, SyncChange.EndpointConnected),
        EventType.Of(default, SyncChange.EndpointDisconnected),
    ];

    /// <summary>Handles a request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            (int status, Action<Utf8JsonWriter>? write) = await AnswerAsync(context);
            await JsonAnswer.SendAsync(context, status, JsonAnswer.Body(write));
        }
        catch (ProtocolException refusal)
        {
            if (refusal.Status == StatusCodes.Status401Unauthorized)
            {
                context.Response.Headers.WWWAuthenticate = BasicAuthentication.Challenge;
            }

            await JsonAnswer.SendAsync(context, refusal);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has disconnected, so there is no response.
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or BadHttpRequestException))
        {
            Log.Failed(logger, context.Request.Method, exception);
            await JsonAnswer.SendAsync(context, ProtocolErrors.Unexpected(exception));
        }
    }

    private async Task<(int Status, Action<Utf8JsonWriter>? Write)> AnswerAsync(HttpContext context)
    {
        authentication.Require(context.Request);
        InspectionCall call = await InspectionCall.ReadAsync(context.Request);
        string path = context.Request.Path.Value ?? "";
        switch (path.Split('/')[2..], call.Method)
        {
            case (["requests"], "GET"):
                return Page(call, requests, RequestFilter(call), InspectionWriter.Write);
            case (["events"], "GET"):
                Dictionary<long, string?> services = [];
                return Page(call, events.Recent, EventFilter(call), (json, entry) => InspectionWriter.Write(json, entry, SidOf(services, entry.ServiceId)));
            case (["deliveries"], "GET"):
                Func<int?, bool> isStatus = call.Status(none: "none");
                return Page(call, deliveries, delivery => isStatus(delivery.Progress.Last?.Status), InspectionWriter.Write);
            case (["deliveries", var id, "send"], "POST"):
                return await RepeatAsync(id, path, call.Cancelled);
            case (["connections"], "GET"):
                return (StatusCodes.Status200OK, WriteConnections);
            case (["connections", var id], "DELETE"):
                (connections.Find(id) ?? throw ProtocolErrors.NotFound(path)).Drop();
                return (StatusCodes.Status204NoContent, null);
            case (["tokens"], "POST"):
                return IssueToken(call);
            case (["requests" or "events" or "deliveries" or "connections" or "tokens"] or ["deliveries", _, "send"] or ["connections", _], _):
                throw ProtocolErrors.MethodNotAllowed();
            default:
                throw ProtocolErrors.NotFound(path);
        }
    }

    private static (int Status, Action<Utf8JsonWriter>? Write) Page<T>(
        InspectionCall call, RecentLog<T> log, Func<T, bool> isWanted, Action<Utf8JsonWriter, T> write)
        where T : class
    {
        RecentPage<T> page = log.Read(call.PageSize, call.After, call.Before, isWanted);
        return (StatusCodes.Status200OK, json => InspectionWriter.WritePage(json, page, write));
    }

    private static Func<RequestRecord, bool> RequestFilter(InspectionCall call)
    {
        string? path = call.Text("path");
        Func<int?, bool> isStatus = call.Status();
        string? via = call.Word("via", "rest", "realtime");
        string? method = call.Word("method", "GET", "POST", "DELETE");
        return request => isStatus(request.Status)
            && (method is null || request.Method == method)
            && (via is null || request.IsRealtime == (via == "realtime"))
            && (path is null || request.Path.Contains(path, StringComparison.OrdinalIgnoreCase));
    }

    private Func<SyncEvent, bool> EventFilter(InspectionCall call)
    {
        long? service = call.Text("service") is { } name ? FindService(name).Id : null;
        string? named = call.Text("object");
        string? type = call.Word("type", EventTypes);
        return entry => (service is null || entry.ServiceId == service)
            && (named is null || entry.ObjectSid == named || entry.UniqueName?.Contains(named, StringComparison.OrdinalIgnoreCase) == true)
            && (type is null || EventType.Of(entry) == type);
    }

    private async Task<(int Status, Action<Utf8JsonWriter>? Write)> RepeatAsync(string text, string path, CancellationToken cancellationToken)
    {
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long id) || deliveries.Find(id) is not { } delivery)
        {
            throw ProtocolErrors.NotFound(path);
        }

        RepeatedDelivery repeated = repeater.Repeat(id, delivery);
        // A receiver can be slow. The outcome can be read later.
        await Task.WhenAny(repeated.Ended, Task.Delay(RepeatWait, time, cancellationToken));
        return (StatusCodes.Status200OK, json => InspectionWriter.WriteEntry(json, repeated.Id, repeated.Delivery, InspectionWriter.Write));
    }

    private void WriteConnections(Utf8JsonWriter json)
    {
        IReadOnlyCollection<IOpenConnection> open = connections.All;
        json.WriteStartObject();
        json.WriteStartArray("items");
        foreach (ConnectionState state in open.Select(connection => connection.State).OrderByDescending(state => state.Since).Take(MaximumConnections))
        {
            InspectionWriter.Write(json, state);
        }

        json.WriteEndArray();
        json.WriteNumber("count", open.Count);
        json.WriteEndObject();
    }

    private (int Status, Action<Utf8JsonWriter>? Write) IssueToken(InspectionCall call)
    {
        string identity = call.Text("identity") ?? throw ProtocolErrors.InvalidParameter("identity", "is required");
        if (!Rules.IsText(identity, Rules.MaximumIdentityLength))
        {
            throw ProtocolErrors.InvalidParameter("identity", $"must have 1 to {Rules.MaximumIdentityLength} characters");
        }

        long seconds = call.Number("ttl", 1, TokenIssuer.MaximumSeconds) ?? TokenIssuer.DefaultSeconds;
        SyncService service = FindService(call.Text("service") ?? SyncEngine.DefaultService);
        (string token, DateTimeOffset expires) = tokens.Issue(identity, service.Sid, seconds);
        return (StatusCodes.Status200OK, json => WriteToken(json, identity, token, expires));
    }

    private static void WriteToken(Utf8JsonWriter json, string identity, string token, DateTimeOffset expires)
    {
        json.WriteStartObject();
        json.WriteString("identity", identity);
        json.WriteString("token", token);
        InspectionWriter.WriteDate(json, "expires", expires);
        json.WriteEndObject();
    }

    private SyncService FindService(string sidOrName)
    {
        try
        {
            return engine.GetService(sidOrName);
        }
        catch (SyncFailureException)
        {
            throw ProtocolErrors.InvalidParameter("service", "must be the SID or the unique name of a service");
        }
    }

    // Read once for each service in a page.
    private string? SidOf(Dictionary<long, string?> known, long id)
    {
        if (!known.TryGetValue(id, out string? sid))
        {
            known.Add(id, sid = engine.FindService(id)?.Sid);
        }

        return sid;
    }

    private static partial class Log
    {
        [LoggerMessage(2500, LogLevel.Error, "{Method} of the inspection failed")]
        public static partial void Failed(ILogger logger, string method, Exception exception);
    }
}
