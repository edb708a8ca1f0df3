using System.Diagnostics;
using System.Globalization;
using System.Text;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;
using SyncFunctions.Emulator.Recording;

namespace SyncFunctions.Emulator.Rest;

/// <summary>Serves Twilio's Sync REST API v1: authentication, routes, responses and errors.</summary>
internal sealed partial class RestApi(
    ServiceResource services,
    ObjectResource objects,
    ItemResource items,
    PermissionResource permissions,
    MessageResource messages,
    BasicAuthentication authentication,
    SyncEngine engine,
    RateLimiter limiter,
    ResponseCache cache,
    RecentLog<RequestRecord> recent,
    TimeProvider time,
    ILogger<RestApi> logger)
{
    public async Task HandleAsync(HttpContext context)
    {
        Exchange exchange = new(time.GetUtcNow(), time.GetTimestamp(), engine.Commits);
        using Activity? span = EmulatorTelemetry.StartRequest(context.Request.Headers.TraceParent, context.Request.Headers.TraceState);
        try
        {
            exchange.Result = await AnswerAsync(context.Request, exchange);
            ReadOnlyMemory<byte> body = exchange.Result.Bytes ?? JsonAnswer.Body(exchange.Result.Body);
            cache.Add(context.Request, exchange.Result, body, exchange.Commits);
            WriteHeaders(context.Response, exchange.Result, time.GetElapsedTime(exchange.Started));
            // Before the response is sent, so that a caller that has it finds the request in the log.
            Record(context.Request, exchange, body.Length);
            await JsonAnswer.SendAsync(context, exchange.Result.Status, body);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has disconnected, so there is no response.
            if (exchange.Result is null)
            {
                Record(context.Request, exchange, size: 0);
            }
        }

        if (EmulatorTelemetry.IsOn)
        {
            EmulatorTelemetry.Answered(span, RestOperation.Of(context), context.Request.Method, exchange.Status, time.GetElapsedTime(exchange.Started));
        }

        if (logger.IsEnabled(LogLevel.Information))
        {
            double milliseconds = time.GetElapsedTime(exchange.Started).TotalMilliseconds;
            Log.Request(logger, context.Request.Method, context.Request.Path, exchange.Status, milliseconds);
        }
    }

    private void Record(HttpRequest request, Exchange exchange, int size)
    {
        RequestRecord record = new(
            IsRealtime: false, exchange.Time, request.Method, RestCall.Target(request), exchange.Status, time.GetElapsedTime(exchange.Started),
            exchange.Caller, size)
        {
            IfMatch = request.Headers.IfMatch is { Count: > 0 } tag ? tag.ToString() : null,
            Error = exchange.Result?.Error is { } error ? (error.Code, error.Message) : null,
        };
        recent.Add(exchange.Call?.Fields is { } fields ? record.WithForm(fields) : record);
    }

    private async Task<RestResult> AnswerAsync(HttpRequest request, Exchange exchange)
    {
        try
        {
            exchange.Caller = authentication.Require(request);
            if (!limiter.IsEnabled && HttpMethods.IsGet(request.Method) && cache.Find(request) is { } cached)
            {
                return cached;
            }

            exchange.Call = await RestCall.ReadAsync(request);
            return await RouteAsync(exchange.Call);
        }
        catch (ProtocolException error)
        {
            return RestResult.Refused(error);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or BadHttpRequestException))
        {
            Log.Failed(logger, request.Method, exception);
            return RestResult.Refused(ProtocolErrors.Unexpected(exception));
        }
    }

    private async Task<RestResult> RouteAsync(RestCall call)
    {
        ObjectKind? addressed = call.Segments is ["Services", _, var segment, ..] ? ObjectKinds.FromSegment(segment) : null;
        try
        {
            return call.Segments switch
            {
                ["Services"] => await services.CollectionAsync(call),
                ["Services", var service] => await services.InstanceAsync(call, service),
                ["Services", var service, _, .. var rest] when addressed is { } kind =>
                    await RouteAsync(call, await services.FindAsync(call, service), kind, rest),
                _ => throw ProtocolErrors.NotFound(call.Path),
            };
        }
        catch (SyncFailureException refusal)
        {
            throw ProtocolErrors.ForRest(refusal.Failure, addressed ?? default, call.Path);
        }
    }

    private async Task<RestResult> RouteAsync(RestCall call, SyncService service, ObjectKind kind, string[] rest)
    {
        if (limiter.IsEnabled)
        {
            Limit(call, service, kind, rest);
        }

        return await RouteUnlimitedAsync(call, service, kind, rest);
    }

    private void Limit(RestCall call, SyncService service, ObjectKind kind, string[] rest)
    {
        bool isRead = call.Method == "GET";
        if (!isRead && (rest is [] || (rest is [_] && call.Method == "DELETE")))
        {
            limiter.CreateOrRemove(service.Sid);
        }

        if (rest is [var id, .. var below])
        {
            string sid = engine.GetObject(service, kind, id).Sid;
            string name = kind.TypeName();
            int size = Encoding.UTF8.GetByteCount(call.Form("Data") ?? "");
            switch (below)
            {
                case ["Permissions", ..]:
                    limiter.Permission(sid);
                    break;
                case ["Messages"]:
                    limiter.Publish(sid, size);
                    break;
                case var _ when isRead:
                    limiter.Read(name, sid);
                    break;
                default:
                    limiter.Write(name, sid, size);
                    break;
            }
        }
    }

    private async Task<RestResult> RouteUnlimitedAsync(RestCall call, SyncService service, ObjectKind kind, string[] rest) => (kind, rest) switch
    {
        (_, []) => await objects.CollectionAsync(call, service, kind),
        (_, [var id]) => await objects.InstanceAsync(call, service, kind, id),
        (ObjectKind.List or ObjectKind.Map, [var id, "Items"]) => await items.CollectionAsync(call, service, kind, id),
        (ObjectKind.List or ObjectKind.Map, [var id, "Items", var key]) => await items.InstanceAsync(call, service, kind, id, key),
        (ObjectKind.Stream, [var id, "Messages"]) => await messages.CollectionAsync(call, service, id),
        (not ObjectKind.Stream, [var id, "Permissions"]) => permissions.Collection(call, service, kind, id),
        (not ObjectKind.Stream, [var id, "Permissions", var identity]) => await permissions.InstanceAsync(call, service, kind, id, identity),
        _ => throw ProtocolErrors.NotFound(call.Path),
    };

    private static void WriteHeaders(HttpResponse response, RestResult result, TimeSpan duration)
    {
        response.Headers["Twilio-Request-Id"] = Sid.NewRequest();
        response.Headers["Twilio-Concurrent-Requests"] = "1";
        response.Headers["Twilio-Request-Duration"] = duration.TotalSeconds.ToString("F3", CultureInfo.InvariantCulture);
        if (result.Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = BasicAuthentication.Challenge;
        }

        if (result.Status == StatusCodes.Status429TooManyRequests)
        {
            response.Headers.RetryAfter = "1";
        }

        if (result.ETag is { } tag)
        {
            response.Headers.ETag = tag;
        }
    }

    /// <summary>A request in progress, with what is known about it so far.</summary>
    /// <param name="commits">The number of commits when the request arrived.</param>
    private sealed class Exchange(DateTimeOffset time, long started, long commits)
    {
        public long Commits => commits;

        public DateTimeOffset Time => time;

        public long Started => started;

        public string? Caller { get; set; }

        public RestCall? Call { get; set; }

        public RestResult? Result { get; set; }

        public int Status => Result?.Status ?? StatusCodes.Status499ClientClosedRequest;
    }

    private static partial class Log
    {
        [LoggerMessage(2200, LogLevel.Information, "{Method} {Path} {Status} in {Milliseconds:0.0} ms")]
        public static partial void Request(ILogger logger, string method, PathString path, int status, double milliseconds);

        [LoggerMessage(2201, LogLevel.Error, "{Method} failed")]
        public static partial void Failed(ILogger logger, string method, Exception exception);
    }
}
