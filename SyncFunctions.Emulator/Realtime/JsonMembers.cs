using System.Text.Json;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>
/// Finds the members of a JSON object in one pass, without parsing their values. The time to build a tree grows with the depth, and a body's data may
/// be nested as deeply as its size allows: half a megabyte of brackets would take seconds.
/// </summary>
internal sealed class JsonMembers
{
    /// <summary>A body without members.</summary>
    public static readonly JsonMembers None = new();

    // Values that are parsed have little depth; values that are only kept may have any.
    private const int MaximumValueDepth = 64;

    private readonly Dictionary<string, ReadOnlyMemory<byte>> values = new(StringComparer.Ordinal);

    private JsonMembers()
    {
    }

    /// <summary>Reads JSON. A value that is not an object has no members. If a name occurs more than once, the last member counts.</summary>
    /// <param name="json">Valid UTF-8.</param>
    /// <exception cref="JsonException">It is not JSON, is nested too deeply, or a name has an unpaired surrogate.</exception>
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

        // Read to the end, to check that nothing follows.
        while (reader.Read())
        {
        }

        return found;
    }

    /// <summary>Checks that the names of all members, at every level, are valid text.</summary>
    /// <exception cref="JsonException">A name has an unpaired surrogate: a search for any other name would throw.</exception>
    public static void RequireNames(ReadOnlySpan<byte> json, int maximumDepth)
    {
        // Only an escape can be an unpaired surrogate.
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

    /// <summary>Finds the value of a member as JSON text, or <see langword="null"/> if there is none.</summary>
    // With "new", because a bare null would be converted to an empty memory.
    public ReadOnlyMemory<byte>? Text(string name) => values.TryGetValue(name, out ReadOnlyMemory<byte> value) ? value : new ReadOnlyMemory<byte>?();

    /// <summary>Parses the value of a member, or returns undefined if there is none.</summary>
    /// <exception cref="JsonException">It is nested too deeply to be parsed, or a name in it has an unpaired surrogate.</exception>
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
