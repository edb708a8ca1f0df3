using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SyncFunctions.Emulator.Protocol;

/// <summary>The start of a page of a collection, as an opaque text that is valid for this collection only.</summary>
/// <param name="Key">The key of the element next to the page, which is not part of it: a <see cref="long"/> or a <see cref="string"/>.</param>
/// <param name="Back">Whether the page comes before this element in the collection's order, and not after it.</param>
/// <param name="Descending">The order, or <see langword="null"/> if the request with the token has it.</param>
/// <param name="Size">The maximum number of elements, or <see langword="null"/> if the request has it.</param>
internal sealed record PageToken(object Key, bool Back, bool? Descending = null, int? Size = null)
{
    private const string Prefix = "PT";

    private static readonly JsonSerializerOptions Options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Writes the token.</summary>
    /// <param name="scope">The collection's name within the emulator.</param>
    public string ToText(string scope) => Prefix + Base64Url.EncodeToString(
        JsonSerializer.SerializeToUtf8Bytes(new { key = Key, back = Back, scope, descending = Descending, size = Size }, Options));

    /// <summary>Reads a token.</summary>
    /// <param name="keyKind">Whether the collection's elements are ordered by a number or by a string.</param>
    /// <exception cref="ProtocolException">It is not a token of this collection.</exception>
    public static PageToken Parse(string text, string scope, JsonValueKind keyKind)
    {
        try
        {
            if (text.StartsWith(Prefix, StringComparison.Ordinal))
            {
                using JsonDocument json = JsonDocument.Parse(Base64Url.DecodeFromChars(text.AsSpan(Prefix.Length)));
                JsonElement key = json.RootElement.GetProperty("key");
                if (json.RootElement.GetProperty("scope").GetString() == scope && key.ValueKind == keyKind)
                {
                    return new PageToken(
                        keyKind == JsonValueKind.Number ? key.GetInt64() : key.GetString()!,
                        json.RootElement.GetProperty("back").GetBoolean(),
                        json.RootElement.TryGetProperty("descending", out JsonElement descending) ? descending.GetBoolean() : null,
                        json.RootElement.TryGetProperty("size", out JsonElement size) ? size.GetInt32() : null);
                }
            }
        }
        catch (Exception exception) when (exception is FormatException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // The emulator did not create it; the error is thrown below.
        }

        throw ProtocolErrors.InvalidPageToken();
    }
}
