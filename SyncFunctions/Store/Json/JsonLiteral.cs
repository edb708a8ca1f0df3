using System.Globalization;
using System.Text;
using System.Text.Json;

using SyncFunctions.Client;

namespace SyncFunctions.Store.Json;

/// <summary>A value that a condition compares with: a string, a number, <c>true</c>, <c>false</c> or <c>null</c>.</summary>
internal sealed class JsonLiteral
{
    // With so few digits, doubles compare exactly as the numbers do.
    private const int ShortNumber = 15;

    private readonly JsonTokenType kind;
    private readonly string text;
    private readonly byte[] utf8;
    private readonly JsonNumber number;
    private readonly double? near;

    private JsonLiteral(JsonTokenType kind, string text, JsonNumber number = default)
    {
        this.kind = kind;
        this.text = text;
        this.number = number;
        utf8 = Encoding.UTF8.GetBytes(text);
        near = kind == JsonTokenType.Number ? Near(utf8) : null;
    }

    /// <summary>Gets whether values can be compared as larger or smaller.</summary>
    public bool HasOrder => kind is JsonTokenType.String or JsonTokenType.Number;

    /// <summary>Creates a string.</summary>
    public static JsonLiteral OfString(string value) => new(JsonTokenType.String, value);

    /// <summary>Reads a number, <c>true</c>, <c>false</c> or <c>null</c>, or returns <see langword="null"/> if the word is none of them.</summary>
    public static JsonLiteral? OfWord(string word) => word switch
    {
        "true" => new JsonLiteral(JsonTokenType.True, word),
        "false" => new JsonLiteral(JsonTokenType.False, word),
        "null" => new JsonLiteral(JsonTokenType.Null, word),
        _ => JsonNumber.Parse(word) is { } number ? new JsonLiteral(JsonTokenType.Number, word, number) : null,
    };

    /// <summary>Checks whether a value equals this one: a string of the same characters, or a number of the same value.</summary>
    public bool Equals(FoundValue value, ReadOnlySpan<byte> data) => value.Kind == kind && kind switch
    {
        JsonTokenType.String => IsSameText(value.In(data)),
        JsonTokenType.Number => CompareNumber(value.In(data)) == 0,
        _ => true,
    };

    /// <summary>Compares a value: negative if it is smaller, or <see langword="null"/> if it is of another type.</summary>
    public int? Compare(FoundValue value, ReadOnlySpan<byte> data) => value.Kind != kind ? null : kind switch
    {
        JsonTokenType.String => JsonText.StringOf(value.In(data)) is { } other ? string.CompareOrdinal(other, text) : null,
        JsonTokenType.Number => CompareNumber(value.In(data)),
        _ => null,
    };

    /// <summary>Checks whether a value is a string that contains this string, or an array that has this value as an element.</summary>
    public bool IsIn(FoundValue value, ReadOnlySpan<byte> data) => value.Kind switch
    {
        JsonTokenType.String when kind == JsonTokenType.String => IsPartOf(value.In(data)),
        JsonTokenType.StartArray => IsElementOf(value.In(data)),
        _ => false,
    };

    private bool IsSameText(ReadOnlySpan<byte> quoted) =>
        quoted.Contains((byte)'\\') ? JsonText.StringOf(quoted) == text : quoted[1..^1].SequenceEqual(utf8);

    // Without escapes the bytes can be searched: in UTF-8 no character begins inside another.
    private bool IsPartOf(ReadOnlySpan<byte> quoted) =>
        quoted.Contains((byte)'\\') ? JsonText.StringOf(quoted)?.Contains(text, StringComparison.Ordinal) == true : quoted[1..^1].IndexOf(utf8) >= 0;

    private bool IsElementOf(ReadOnlySpan<byte> array)
    {
        Utf8JsonReader reader = new(array, new JsonReaderOptions { MaxDepth = Client.JsonText.MaximumDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            FoundValue element = new(reader.TokenType, (int)reader.TokenStartIndex, (int)reader.BytesConsumed);
            if (Equals(element, array))
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    // A number in the data that is outside the range of a double is not equal to, larger than or smaller than any number.
    private int? CompareNumber(ReadOnlySpan<byte> written) =>
        near is { } own && Near(written) is { } other
            ? other.CompareTo(own)
            : JsonNumber.Parse(Encoding.UTF8.GetString(written)) is { } exact ? exact.CompareTo(number) : null;

    private static double? Near(ReadOnlySpan<byte> written) =>
        written.Length <= ShortNumber && !written.ContainsAny((byte)'e', (byte)'E') ? double.Parse(written, CultureInfo.InvariantCulture) : null;
}
