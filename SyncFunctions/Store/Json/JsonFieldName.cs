using System.Text;
using System.Text.Json;

namespace SyncFunctions.Store.Json;

/// <summary>
/// Reads the name of a value in an item's data: names with dots between them, <c>attributes.skills</c>. A name with special characters is in quotes. A leading
/// <c>data</c> is the data itself, as in Twilio's own examples: <c>data.answer</c> is <c>answer</c>.
/// </summary>
internal static class JsonFieldName
{
    /// <summary>The maximum number of names in a path.</summary>
    public const int MaximumLength = 64;

    private const string Data = "data";

    // Characters with a meaning of their own, or reserved for one.
    private const string Marks = "()[],\"=!<>&|.";

    /// <summary>Checks whether a character can be in a name without quotes.</summary>
    public static bool HasName(char character) => !char.IsWhiteSpace(character) && !char.IsControl(character) && !Marks.Contains(character, StringComparison.Ordinal);

    /// <summary>Reads a field, or a JSON pointer to one, or returns <see langword="null"/> if the text is neither.</summary>
    public static JsonPointer? Parse(string text)
    {
        if (text.StartsWith('/'))
        {
            return JsonPointer.Parse(text) is { Members.Count: <= MaximumLength } pointer ? pointer : null;
        }

        int position = 0;
        return Read(text, ref position) is { } way && position == text.Length ? way : null;
    }

    /// <summary>Reads a field at a position and moves past it, or returns <see langword="null"/> at the position of the error.</summary>
    public static JsonPointer? Read(string text, ref int position)
    {
        List<string> names = [];
        bool startsWithData = text.AsSpan(position).StartsWith(Data, StringComparison.Ordinal);
        while (true)
        {
            if (names.Count == MaximumLength || ReadName(text, ref position) is not { } name)
            {
                return null;
            }

            names.Add(name);
            if (position == text.Length || text[position] != '.')
            {
                return JsonPointer.Of([.. names.Count > 1 && startsWithData && names[0] == Data ? names[1..] : names]);
            }

            position++;
        }
    }

    /// <summary>Reads a JSON string, in double quotes, or returns <see langword="null"/> if there is none.</summary>
    public static string? ReadString(string text, ref int position)
    {
        int end = position + 1;
        while (end < text.Length && text[end] != '"')
        {
            end += text[end] == '\\' ? 2 : 1;
        }

        if (end >= text.Length)
        {
            return null;
        }

        try
        {
            Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(text[position..(end + 1)]));
            reader.Read();
            string value = reader.GetString()!;
            position = end + 1;
            return value;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // An invalid escape, or an unpaired surrogate.
            return null;
        }
    }

    private static string? ReadName(string text, ref int position)
    {
        if (position < text.Length && text[position] == '"')
        {
            return ReadString(text, ref position);
        }

        int start = position;
        while (position < text.Length && HasName(text[position]))
        {
            position++;
        }

        return position > start ? text[start..position] : null;
    }
}
