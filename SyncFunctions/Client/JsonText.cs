using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SyncFunctions.Client;

/// <summary>
/// Holds JSON as the text that Sync sent, byte for byte. Data may be 16 KiB of brackets, and the time that a <see cref="JsonDocument"/> takes grows with
/// the square of the depth (at each end it searches all rows back to the start). This type reads the text in one pass, and only when a caller needs it.
/// </summary>
/// <param name="utf8">Valid JSON.</param>
[JsonConverter(typeof(JsonTextConverter))]
public readonly struct JsonText(ReadOnlyMemory<byte> utf8)
{
    /// <summary>The deepest nesting that is read. Data of 16 KiB cannot be nested that deep.</summary>
    internal const int MaximumDepth = 16 * 1024;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaximumDepth };

    /// <summary>Holds the JSON in a string.</summary>
    /// <param name="json">Valid JSON.</param>
    public JsonText(string json)
        : this(Encoding.UTF8.GetBytes(json))
    {
    }

    /// <summary>Gets the text; <c>null</c> if Sync sent none.</summary>
    internal ReadOnlySpan<byte> Utf8 => utf8.IsEmpty ? "null"u8 : utf8.Span;

    /// <summary>Gets the text as it was sent.</summary>
    public string GetRawText() => Encoding.UTF8.GetString(Utf8);

    /// <summary>Reads an object's members in their order; <see langword="null"/> if the text is not an object.</summary>
    /// <exception cref="JsonException">Not valid JSON.</exception>
    internal IReadOnlyList<JsonMember>? Members()
    {
        Utf8JsonReader reader = new(Utf8, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        List<JsonMember> members = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlyMemory<byte> quotedName = utf8.Slice((int)reader.TokenStartIndex, reader.ValueSpan.Length + 2);
            // A name with half of a surrogate pair is not valid text, so no caller can give it.
            string? name = StringOf(ref reader);
            reader.Read();
            members.Add(new JsonMember(name, quotedName, Value(ref reader), IsRead: false));
        }

        End(ref reader);
        HashSet<string> names = new(StringComparer.Ordinal);
        for (int i = members.Count - 1; i >= 0; i--)
        {
            members[i] = members[i] with { IsRead = members[i].Name is { } name && names.Add(name) };
        }

        return members;
    }

    /// <summary>Reads an array's elements.</summary>
    /// <exception cref="JsonException">Not a valid array.</exception>
    internal IReadOnlyList<JsonText> Elements()
    {
        Utf8JsonReader reader = new(Utf8, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("Not an array.");
        }

        List<JsonText> elements = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            elements.Add(Value(ref reader));
        }

        End(ref reader);
        return elements;
    }

    /// <summary>Leaves out a byte order mark, with which some programs begin UTF-8.</summary>
    internal static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> utf8)
    {
        ReadOnlySpan<byte> mark = "\uFEFF"u8;
        return utf8.Span.StartsWith(mark) ? utf8[mark.Length..] : utf8;
    }

    /// <summary>Reads a JSON string; <see langword="null"/> if it is anything else, or has half of a surrogate pair, which is not valid text.</summary>
    internal static string? StringOf(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json);
        reader.Read();
        return StringOf(ref reader);
    }

    /// <summary>Reads the string or the name at the reader's position; <see langword="null"/> as above.</summary>
    internal static string? StringOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private JsonText Value(ref Utf8JsonReader reader)
    {
        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        return new JsonText(utf8[start..(int)reader.BytesConsumed]);
    }

    // Throws if anything follows the value.
    private static void End(ref Utf8JsonReader reader)
    {
        while (reader.Read())
        {
        }
    }
}

/// <summary>A member of an object.</summary>
/// <param name="Name">Its name; <see langword="null"/> if it is not valid text.</param>
/// <param name="QuotedName">Its name as it is written.</param>
/// <param name="IsRead">Whether JSON readers see it: if several members have the same name, they see the last.</param>
internal readonly record struct JsonMember(string? Name, ReadOnlyMemory<byte> QuotedName, JsonText Value, bool IsRead);

/// <summary>Reads and writes JSON as its text. The serializer itself would escape strings again; this converter keeps every byte.</summary>
internal sealed class JsonTextConverter : JsonConverter<JsonText>
{
    /// <inheritdoc/>
    public override JsonText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return new JsonText(JsonMarshal.GetRawUtf8Value(JsonElement.ParseValue(ref reader)).ToArray());
        }

        // The serializer has the whole value in one buffer before it calls a converter: the value is the bytes from the bracket onwards.
        ReadOnlySpan<byte> bracket = reader.ValueSpan;
        long start = reader.TokenStartIndex;
        reader.Skip();
        return new JsonText(
            MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetReference(bracket), (int)(reader.BytesConsumed - start)).ToArray());
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, JsonText value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Utf8, skipInputValidation: true);
}
