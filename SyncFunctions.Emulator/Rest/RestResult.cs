using System.Globalization;
using System.Text.Json;

using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Rest;

/// <summary>An answer: a status, a JSON body unless it is 204, and the revision for its ETag if the resource has one.</summary>
internal sealed record RestResult(int Status, Action<Utf8JsonWriter>? Body = null, long? Revision = null)
{
    public static RestResult NoContent { get; } = new(204);

    /// <summary>Gets the ETag; <see langword="null"/> for none.</summary>
    public string? ETag { get; } = Revision is { } revision ? string.Create(CultureInfo.InvariantCulture, $"\"{revision}\"") : null;

    /// <summary>Gets the body as it is sent, if it has been made already.</summary>
    public ReadOnlyMemory<byte>? Bytes { get; init; }

    /// <summary>Gets the object that was read, or that has the item that was; <see langword="null"/> for what is no read of a single one.</summary>
    public SyncObject? Source { get; private init; }

    /// <summary>Gets when what was read expires; <see langword="null"/> for never.</summary>
    public DateTimeOffset? Expires { get; private init; }

    /// <summary>Gets why the request is refused; <see langword="null"/> if it is not.</summary>
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
