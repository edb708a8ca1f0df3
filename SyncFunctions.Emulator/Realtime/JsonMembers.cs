using System.Text.Json;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>
/// Finds the members of a JSON object in one pass and leaves their values as they are. To build a tree of them takes a time that grows with their
/// depth, and a body's data may be nested as deeply as its size allows: half a megabyte of brackets would take seconds.
/// </summary>
internal sealed class JsonMembers
{
    /// <summary>Stands for a body that has no members.</summary>
    public static readonly JsonMembers None = new();

    // What is looked into has little depth; what is only kept has any.
    private const int MaximumValueDepth = 64;

    private readonly Dictionary<string, ReadOnlyMemory<byte>> values = new(StringComparer.Ordinal);

    private JsonMembers()
    {
    }

    /// <summary>Reads JSON; of what is no object there are no members. Of members of one name the last counts.</summary>
    /// <param name="json">Valid UTF-8.</param>
    /// <exception cref="JsonException">It is no JSON, is nested too deeply, or a name has halves of characters.</exception>
    public static JsonMembers Read(ReadOnlyMemory<byte> json, int maximumDepth)
    {
        JsonMembers found = new();
        Utf8JsonReader reader = new(json.Span, new JsonReaderOptions { MaxDepth = maximumDepth });
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = Name(ref reader);
                reader.Read();
                int start = (int)reader.TokenStartIndex;
                reader.Skip();
                found.values[name] = json[start..(int)reader.BytesConsumed];
            }
        }

        // To the end, so that there is nothing behind it.
        while (reader.Read())
        {
        }

        return found;
    }

    /// <summary>Checks that the names of all members, at every level, are text.</summary>
    /// <exception cref="JsonException">A name has halves of characters: to look for any other name would throw.</exception>
    public static void RequireNames(ReadOnlySpan<byte> json, int maximumDepth)
    {
        // Only an escape can stand for half a character.
        if (!json.Contains((byte)'\\'))
        {
            return;
        }

        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = maximumDepth });
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueIsEscaped)
            {
                Name(ref reader);
            }
        }
    }

    /// <summary>Finds the value of a member as JSON text; <see langword="null"/> if there is none.</summary>
    // By "new", as a bare null would be converted to an empty memory.
    public ReadOnlyMemory<byte>? Text(string name) => values.TryGetValue(name, out ReadOnlyMemory<byte> value) ? value : new ReadOnlyMemory<byte>?();

    /// <summary>Parses the value of a member; undefined if there is none.</summary>
    /// <exception cref="JsonException">It is nested too deeply to be looked into, or a name in it has halves of characters.</exception>
    public JsonElement Value(string name)
    {
        if (!values.TryGetValue(name, out ReadOnlyMemory<byte> value))
        {
            return default;
        }

        RequireNames(value.Span, MaximumValueDepth);
        return JsonElement.Parse(value.Span, new JsonDocumentOptions { MaxDepth = MaximumValueDepth });
    }

    private static string Name(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException("A name has halves of characters", exception);
        }
    }
}
