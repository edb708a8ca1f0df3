using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>A request that is tunnelled through the WebSocket: method, path, parameters, headers, JSON body.</summary>
internal sealed class DataRequest
{
    // The member of the body that has the data.
    private const int MaximumBodyDepth = Rules.MaximumDataDepth + 1;

    private readonly JsonElement parameters;
    private readonly JsonElement headers;
    private readonly JsonMembers body;

    private DataRequest(string method, string[] segments, JsonElement parameters, JsonElement headers, JsonMembers body)
    {
        Method = method;
        Segments = segments;
        this.parameters = parameters;
        this.headers = headers;
        this.body = body;
    }

    public string Method { get; }

    /// <summary>The path's segments, each decoded after the path was split.</summary>
    public string[] Segments { get; }

    /// <summary>Reads the request in a message, or returns <see langword="null"/> if there is none.</summary>
    public static DataRequest? Read(JsonElement header, ReadOnlyMemory<byte> payload)
    {
        if (!header.TryGetProperty("http_request", out JsonElement request) || request.ValueKind != JsonValueKind.Object
            || Text(Member(request, "method")) is not { } method || Text(Member(request, "path")) is not ['/', .. var path]
            || !Utf8.IsValid(payload.Span))
        {
            return null;
        }

        try
        {
            // A body of a DELETE is a mistake of the client and is ignored.
            JsonMembers body = payload.IsEmpty || method == "DELETE" ? JsonMembers.None : JsonMembers.Read(payload, MaximumBodyDepth);
            return new DataRequest(
                method, [.. path.Split('/').Select(Uri.UnescapeDataString)], Member(request, "params"), Member(request, "headers"), body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Gets a query parameter, or <see langword="null"/> if it was not given.</summary>
    public string? Query(string name) => Text(Member(parameters, name)) is { } value ? Uri.UnescapeDataString(value) : null;

    /// <summary>Reads the revision in <c>If-Match</c>, or null for any.</summary>
    public long? IfMatch() => Text(Member(headers, "If-Match")) switch
    {
        "-1" => SyncEngine.MustBeAbsent,
        var header => Rules.Revision(header),
    };

    /// <summary>Gets a string in the body, or <see langword="null"/> if it was not given.</summary>
    public string? BodyText(string name) => Body(name) is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } value
        ? TwilsockPacket.Text(value) ?? throw ProtocolErrors.InvalidData()
        : null;

    /// <summary>Gets a number in the body, or <see langword="null"/> if it was not given.</summary>
    public long? BodyNumber(string name) => Body(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out long number) ? number : null;

    /// <summary>Gets the elements of an array in the body.</summary>
    public JsonElement[] BodyArray(string name) => Body(name) is { ValueKind: JsonValueKind.Array } array ? [.. array.EnumerateArray()] : [];

    /// <summary>Gets the body's <c>data</c> as JSON text, or <see langword="null"/> if it was not given.</summary>
    public string? Data(ObjectKind kind) =>
        body.Text("data") is { } data ? Rules.Data(Encoding.UTF8.GetString(data.Span), kind) : null;

    /// <summary>The body's <c>ttl</c>.</summary>
    public Expiry Ttl() => Body("ttl") switch
    {
        { ValueKind: JsonValueKind.Undefined or JsonValueKind.Null } => Expiry.Keep,
        { ValueKind: JsonValueKind.Number } ttl when ttl.TryGetInt32(out int seconds) && seconds is >= 0 and <= Rules.MaximumTtl => Expiry.After(seconds),
        _ => throw ProtocolErrors.InvalidTtl(),
    };

    /// <summary>The size of a page.</summary>
    /// <param name="standard">The default size.</param>
    public int PageSize(int standard) => Query("PageSize") switch
    {
        null => standard,
        { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size > 0 => Math.Min(size, 100),
        _ => throw ProtocolErrors.InvalidPageSize(),
    };

    /// <summary>Gets a member of an object, or undefined if there is none.</summary>
    public static JsonElement Member(JsonElement source, string name) =>
        source.ValueKind == JsonValueKind.Object && source.TryGetProperty(name, out JsonElement value) ? value : default;

    private JsonElement Body(string name)
    {
        try
        {
            return body.Value(name);
        }
        catch (JsonException)
        {
            throw ProtocolErrors.InvalidData();
        }
    }

    // Some clients send every value as an array with one element.
    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        // This must not count as left out: a conditional write must not become an unconditional one.
        JsonValueKind.String => TwilsockPacket.Text(value) ?? throw ProtocolErrors.InvalidData(),
        JsonValueKind.Array when value.GetArrayLength() > 0 => Text(value[0]),
        _ => null,
    };
}
