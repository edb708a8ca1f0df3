using System.Text;
using System.Text.Json;

namespace SyncFunctions.Store.Json;

/// <summary>
/// How a value in an item's data is named: names with dots between them, <c>attributes.skills</c>, each of them in quotes if it has other characters than
/// names have. A first <c>data</c> is the data itself, as in Twilio's own examples: <c>data.answer</c> is <c>answer</c>.
/// </summary>
internal static class JsonFieldName
{
    /// <summary>The most names that a way has.</summary>
    public const int MaximumLength = 64;

    private const string Data = "data";

    // What stands for itself, or is kept for later.
    private const string Marks = "()[],\"=!<>&|.";

    /// <summary>Tells whether a character can be in a name without quotes.</summary>
    public static bool HasName(char character) => !char.IsWhiteSpace(character) && !char.IsControl(character) && !Marks.Contains(character, StringComparison.Ordinal);

    /// <summary>Reads a text that is a field, or the JSON pointer to one; <see langword="null"/> if it is neither.</summary>
    public static JsonPointer? Parse(string text)
    {
        if (text.StartsWith('/'))
        {
            return JsonPointer.Parse(text) is { Members.Count: <= MaximumLength } pointer ? pointer : null;
        }

        int position = 0;
        return Read(text, ref position) is { } way && position == text.Length ? way : null;
    }

    /// <summary>Reads a field that begins at a position, and sets the position to what follows; <see langword="null"/> if there is none, with the position at what is wrong.</summary>
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

    /// <summary>Reads a string, in double quotes and as JSON writes it; <see langword="null"/> if there is none.</summary>
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
            // No escape that JSON knows, or half of a surrogate pair.
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
