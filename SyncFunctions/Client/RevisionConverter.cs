using System.Text.Json;
using System.Text.Json.Serialization;

namespace SyncFunctions.Client;

/// <summary>
/// Reads a revision. It is copied into headers (<c>ETag</c>, <c>If-Match</c>), so it may only have the characters of an entity tag (RFC 9110, 8.8.3).
/// With a line break, the web server would throw.
/// </summary>
internal sealed class RevisionConverter : JsonConverter<string>
{
    /// <inheritdoc/>
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.GetString() is { } revision && revision.All(character => character is '!' or (>= '#' and <= '~'))
            ? revision
            : throw new JsonException("Not a revision.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
