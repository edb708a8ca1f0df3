using System.Globalization;
using System.Text.Json;

using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Rest;

/// <summary>A response: a status, a JSON body unless it is 204, and the revision for its ETag if the resource has one.</summary>
internal sealed record RestResult(int Status, Action<Utf8JsonWriter>? Body = null, long? Revision = null)
{
    public static RestResult NoContent { get; } = new(204);

    /// <summary>Gets the ETag, or <see langword="null"/> if the result has none.</summary>
    public string? ETag { get; } = Revision is { } revision ? string.Create(CultureInfo.InvariantCulture, $"\"{revision}\"") : null;

    /// <summary>Gets the bytes of the body, or <see langword="null"/> if it has not been written yet.</summary>
    public ReadOnlyMemory<byte>? Bytes { get; init; }

    /// <summary>Gets the object that was read, or whose item was read; <see langword="null"/> if the request did not read a single object or item.</summary>
    public SyncObject? Source { get; private init; }

    /// <summary>Gets when the object or item expires, or <see langword="null"/> if it never does.</summary>
    public DateTimeOffset? Expires { get; private init; }

    /// <summary>Gets the error, or <see langword="null"/> if the request succeeded.</summary>
    public ProtocolException? Error { get; private init; }

    public static RestResult Ok(Action<Utf8JsonWriter> body, long? revision = null) => new(200, body, revision);

    public static RestResult Created(Action<Utf8JsonWriter> body, long? revision = null) => new(201, body, revision);

    /// <summary>Makes the same answer, which says what was read for it.</summary>
    public RestResult From(SyncObject source, DateTimeOffset? itemExpires = null) => this with
    {
        Source = source,
        Expires = source.DateExpires is { } expires && !(itemExpires < expires) ? expires : itemExpires,
    };

    public static RestResult Refused(ProtocolException error) => new(error.Status, json => ErrorBody.Write(json, error)) { Error = error };
}
