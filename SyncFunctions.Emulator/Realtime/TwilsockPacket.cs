using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>
/// Reads and writes Twilsock's packets, one in each WebSocket message: a line with the protocol's name, its version and the header's length in bytes,
/// the header as a JSON object, and a payload whose length is in the header.
/// </summary>
internal static class TwilsockPacket
{
    private const int MaximumHeaderDepth = 16;

    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static ReadOnlySpan<byte> Prefix => "TWILSOCK V3.0 "u8;

    /// <summary>Reads a packet, or returns <see langword="null"/> if the message is not one.</summary>
    public static (JsonElement Header, ReadOnlyMemory<byte> Payload)? Read(ReadOnlyMemory<byte> message)
    {
        if (!TrySplit(message, out ReadOnlyMemory<byte> header, out ReadOnlyMemory<byte> rest) || !Utf8.IsValid(header.Span))
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(header, new JsonDocumentOptions { MaxDepth = MaximumHeaderDepth });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            JsonElement root = Readable(document.RootElement, header.Span);
            int size = root.TryGetProperty("payload_size", out JsonElement given) ? given.GetInt32() : 0;
            return size >= 0 && size <= rest.Length ? (root, rest[..size]) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>
    /// Checks whether a message is only an acknowledgement of one of ours, which needs no action. There is one for each event and subscriber, so this is
    /// checked before anything is parsed.
    /// </summary>
    public static bool IsAcknowledgement(ReadOnlyMemory<byte> message) =>
        TrySplit(message, out ReadOnlyMemory<byte> header, out _) && header.Span.IndexOf("\"method\":\"reply\""u8) >= 0
        && FindText(header.Span, "method"u8) == "reply";

    /// <summary>Finds the id of an acknowledgement, or <see langword="null"/> if it has no readable one.</summary>
    public static string? AcknowledgedId(ReadOnlyMemory<byte> message) =>
        TrySplit(message, out ReadOnlyMemory<byte> header, out _) ? FindText(header.Span, "id"u8) : null;

    /// <summary>Gets a JSON string's text, or <see langword="null"/> if the value is not a string, or has an unpaired surrogate.</summary>
    public static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Writes a packet.</summary>
    /// <param name="header">Writes the header's members, except those about the payload.</param>
    /// <param name="payload">Writes the payload, or null if there is none.</param>
    public static byte[] Write(Action<Utf8JsonWriter> header, Action<Utf8JsonWriter>? payload = null)
    {
        ReadOnlyMemory<byte> body = payload is null ? default : Json(payload);
        ReadOnlyMemory<byte> head = Json(json =>
        {
            json.WriteStartObject();
            header(json);
            if (!body.IsEmpty)
            {
                json.WriteString("payload_type", "application/json");
            }

            json.WriteNumber("payload_size", body.Length);
            json.WriteEndObject();
        });
        byte[] line = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"TWILSOCK V3.0 {head.Length}\r\n"));
        return body.IsEmpty ? [.. line, .. head.Span, .. "\r\n"u8] : [.. line, .. head.Span, .. "\r\n"u8, .. body.Span, .. "\r\n"u8];
    }

    // If a header has names that are not valid text, only the members that the response needs are kept: a search in the whole header would throw.
    private static JsonElement Readable(JsonElement header, ReadOnlySpan<byte> text)
    {
        try
        {
            JsonMembers.RequireNames(text, MaximumHeaderDepth);
            return header.Clone();
        }
        catch (JsonException)
        {
            return JsonElement.Parse(Json(json =>
            {
                json.WriteStartObject();
                foreach (JsonProperty member in header.EnumerateObject())
                {
                    ReadOnlySpan<byte> name = JsonMarshal.GetRawUtf8PropertyName(member);
                    if (name.SequenceEqual("method"u8) || name.SequenceEqual("id"u8))
                    {
                        json.WritePropertyName(name);
                        json.WriteRawValue(member.Value.GetRawText());
                    }
                }

                json.WriteEndObject();
            }).Span);
        }
    }

    // The text of a header's own member, if it is written without escapes. Null if there is none, or the header is not JSON. If there are several, the last
    // one counts.
    private static string? FindText(ReadOnlySpan<byte> header, ReadOnlySpan<byte> name)
    {
        string? found = null;
        try
        {
            Utf8JsonReader reader = new(header, new JsonReaderOptions { MaxDepth = MaximumHeaderDepth });
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
                {
                    bool isMeant = !reader.ValueIsEscaped && reader.ValueSpan.SequenceEqual(name);
                    reader.Read();
                    if (isMeant)
                    {
                        found = reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped ? Encoding.UTF8.GetString(reader.ValueSpan) : null;
                    }

                    reader.Skip();
                }
            }

            return found;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ReadOnlyMemory<byte> Json(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, JsonOptions))
        {
            write(json);
        }

        return buffer.WrittenMemory;
    }

    private static bool TrySplit(ReadOnlyMemory<byte> message, out ReadOnlyMemory<byte> header, out ReadOnlyMemory<byte> rest)
    {
        header = rest = default;
        ReadOnlySpan<byte> bytes = message.Span;
        int line = bytes.IndexOf("\r\n"u8);
        if (line < 0 || !bytes.StartsWith(Prefix)
            || !int.TryParse(bytes[Prefix.Length..line].Trim((byte)' '), NumberStyles.None, CultureInfo.InvariantCulture, out int length)
            || length > bytes.Length - line - 4
            || !bytes[(line + 2 + length)..].StartsWith("\r\n"u8))
        {
            return false;
        }

        header = message.Slice(line + 2, length);
        rest = message[(line + 4 + length)..];
        return true;
    }
}
