using System.Text;
using System.Text.Json;

using SyncFunctions.Emulator.Recording;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>Records the requests of realtime clients, without their tokens.</summary>
internal sealed class RequestRecorder(RecentLog<RequestRecord> recent, TimeProvider time)
{
    /// <summary>Records that a client signed in or sent a new token.</summary>
    /// <param name="method">The packet's method: <c>init</c> or <c>update</c>.</param>
    /// <param name="identity">The identity, or <see langword="null"/> if it is not known.</param>
    /// <param name="refusal">Why the token was refused, or <see langword="null"/> if it was accepted.</param>
    public void Record(string method, string? identity, TokenRefusedException? refusal, long started) => recent.Add(
        new RequestRecord(
            IsRealtime: true, time.GetUtcNow(), method, RealtimeEndpoint.Path, refusal is null ? 200 : 401, time.GetElapsedTime(started), identity, 0)
        {
            Error = refusal is null ? null : (refusal.Code, refusal.Message),
        });

    /// <summary>Creates a copy of a response that records the request when it is written.</summary>
    public DataReply Recorded(DataReply reply, JsonElement header, ReadOnlyMemory<byte> body, string identity, long started) => reply with
    {
        Body = json =>
        {
            reply.Body(json);
            Record(reply, header, body, identity, started, (int)(json.BytesCommitted + json.BytesPending));
        },
    };

    private void Record(DataReply reply, JsonElement header, ReadOnlyMemory<byte> body, string identity, long started, int size)
    {
        JsonElement request = DataRequest.Member(header, "http_request");
        RequestRecord record = new(
            IsRealtime: true,
            time.GetUtcNow(),
            Text(DataRequest.Member(request, "method")) ?? "",
            PathOf(request),
            reply.Status,
            time.GetElapsedTime(started),
            identity,
            size)
        {
            IfMatch = Text(DataRequest.Member(DataRequest.Member(request, "headers"), "If-Match")),
            Error = reply.Refusal is { } error ? (error.Code, error.Message) : null,
        };
        recent.Add(record.WithBody(body));
    }

    private static string PathOf(JsonElement request)
    {
        string path = Text(DataRequest.Member(request, "path")) ?? "";
        JsonElement parameters = DataRequest.Member(request, "params");
        if (parameters.ValueKind != JsonValueKind.Object)
        {
            return path;
        }

        StringBuilder target = new(path);
        char separator = '?';
        foreach (JsonProperty parameter in parameters.EnumerateObject())
        {
            if (Text(parameter.Value) is { } value)
            {
                target.Append(separator).Append(parameter.Name).Append('=').Append(value);
                separator = '&';
            }
        }

        return target.ToString();
    }

    // Some clients send each value as an array with one element.
    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => TwilsockPacket.Text(value),
        JsonValueKind.Array when value.GetArrayLength() > 0 => TwilsockPacket.Text(value[0]),
        _ => null,
    };
}
