using System.Text;
using System.Text.Json;

using SyncFunctions.Client;

namespace SyncFunctions.Store.Json;

/// <summary>Checks that a caller's JSON object can be stored, and that every reader will read it in the same way.</summary>
internal static class JsonObjectText
{
    /// <summary>The default limit of many JSON readers, including .NET's.</summary>
    public const int MaximumDepth = 64;

    /// <summary>Sync's limit for the data of documents and items, in bytes.</summary>
    public const int MaximumDataSize = 16 * 1024;

    /// <summary>Sync's limit for stream messages, in bytes.</summary>
    public const int MaximumMessageSize = 4 * 1024;

    // No text of an accepted size reaches it.
    private const int ReadableDepth = 16 * 1024;

    /// <summary><c>{}</c>.</summary>
    public static JsonElement Empty { get; } = JsonElement.Parse("{}"u8);

    /// <summary>Checks a text of valid JSON.</summary>
    /// <exception cref="ParameterException">It is not an object, is too large (413) or too deep, has a member twice, or has an unpaired surrogate.</exception>
    public static void Check(string parameter, JsonElement element, int maximumSize)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new ParameterException(parameter, "must be a JSON object.");
        }

        byte[] utf8 = Encoding.UTF8.GetBytes(element.GetRawText());
        if (utf8.Length > maximumSize)
        {
            throw TooLarge(parameter, maximumSize);
        }

        Check(parameter, utf8);
    }

    /// <summary>Checks the JSON text of a change: a merge patch, or an array of operations, which may be larger than its result.</summary>
    /// <exception cref="ParameterException">Neither an object nor an array, or one that <see cref="Check(string, JsonElement, int)"/> refuses.</exception>
    public static void CheckPatch(string parameter, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Array:
                Check(parameter, Encoding.UTF8.GetBytes(element.GetRawText()));
                break;
            case JsonValueKind.Object:
                Check(parameter, element, MaximumDataSize);
                break;
            default:
                throw new ParameterException(parameter, "must be a JSON object (a merge patch) or an array of operations (a JSON Patch).");
        }
    }

    /// <summary>Measures how deep JSON is nested: 1 for an object without objects or arrays.</summary>
    public static int Depth(JsonText text)
    {
        Utf8JsonReader reader = new(text.Utf8, new JsonReaderOptions { MaxDepth = ReadableDepth });
        int depth = 0;
        while (reader.Read())
        {
            // A bracket counts only if there is something in it.
            depth = Math.Max(depth, reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? reader.CurrentDepth + 1 : 0);
        }

        return depth;
    }

    /// <summary>Creates the error for data that is larger than Sync accepts.</summary>
    public static ParameterException TooLarge(string parameter, int maximumSize) =>
        new(parameter, $"must not be larger than {maximumSize / 1024} KiB ({maximumSize} bytes of JSON).", 413);

    private static void Check(string parameter, byte[] utf8)
    {
        Utf8JsonReader reader = new(utf8, new JsonReaderOptions { MaxDepth = ReadableDepth });
        Stack<HashSet<string>> objects = new();
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= MaximumDepth)
            {
                throw new ParameterException(parameter, $"must not be nested deeper than {MaximumDepth} levels.");
            }

            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    objects.Push(new HashSet<string>(StringComparer.Ordinal));
                    break;
                case JsonTokenType.EndObject:
                    objects.Pop();
                    break;
                case JsonTokenType.PropertyName when !objects.Peek().Add(Text(parameter, ref reader)):
                    throw new ParameterException(parameter, "must not have the same member twice in an object.");
                case JsonTokenType.String when reader.ValueIsEscaped:
                    Text(parameter, ref reader);
                    break;
                default:
                    break;
            }
        }
    }

    private static string Text(string parameter, ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new ParameterException(parameter, "must not have a lone surrogate in a string (an escape of half a character).");
        }
    }
}
