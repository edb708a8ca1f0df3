using System.Text.Json;

namespace SyncFunctions.Emulator.Rest;

/// <summary>A response: a status, a JSON body unless it is 204, and the revision for its ETag if the resource has one.</summary>
internal sealed record RestResult(int Status, Action<Utf8JsonWriter>? Body = null, long? Revision = null)
{
    public static RestResult NoContent { get; } = new(204);

    public static RestResult Ok(Action<Utf8JsonWriter> body, long? revision = null) => new(200, body, revision);

    public static RestResult Created(Action<Utf8JsonWriter> body, long? revision = null) => new(201, body, revision);
}
