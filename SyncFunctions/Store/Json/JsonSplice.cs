using System.Text;
using System.Text.Json;

using SyncFunctions.Client;

namespace SyncFunctions.Store.Json;

/// <summary>
/// Changes JSON by cutting its text and inserting text: every byte around a change stays, even white space. Each change reads the text once, at any
/// depth. If an object has a member twice, readers see the last one: it is found, and a removal removes all.
/// </summary>
/// <param name="text">Valid JSON.</param>
internal sealed class JsonSplice(JsonText text)
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = JsonText.MaximumDepth };

    private byte[] utf8 = text.Utf8.ToArray();

    /// <summary>Gets the size of the current text, in bytes.</summary>
    public int Size => utf8.Length;

    /// <summary>Gets the current text.</summary>
    public string GetRawText() => Encoding.UTF8.GetString(utf8);

    /// <summary>Finds the value that a pointer leads to, or <see langword="null"/> if there is none.</summary>
    public JsonText? Find(JsonPointer pointer) =>
        pointer.IsWhole ? new JsonText(utf8) : Locate(pointer) is { Entry: { } entry } ? new JsonText(utf8[entry.Value]) : null;

    /// <summary>Sets an object's member, whether it exists or not, or inserts a value into an array, before the one at the index or at the end.</summary>
    /// <param name="value">JSON text.</param>
    /// <returns>Whether the path leads to an object or array, and the index is in the array or at its end.</returns>
    public bool Add(JsonPointer pointer, string value)
    {
        if (pointer.IsWhole)
        {
            utf8 = Encoding.UTF8.GetBytes(value);
            return true;
        }

        if (Locate(pointer) is not { } place)
        {
            return false;
        }

        string last = pointer.Members[^1];
        switch (place)
        {
            case { IsArray: false, Entry: { } member }:
                Cut(member.Value, value);
                return true;
            case { IsArray: false }:
                Append(place, $"{JsonSerializer.Serialize(last)}:{value}");
                return true;
            case { Entry: { } element }:
                Cut(element.Start..element.Start, $"{value},");
                return true;
            case { IsArray: true } when last == "-" || JsonPointer.Index(last) == place.Count:
                Append(place, value);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Replaces the value that a pointer leads to.</summary>
    /// <param name="value">JSON text.</param>
    /// <returns>Whether there is one.</returns>
    public bool Replace(JsonPointer pointer, string value)
    {
        if (pointer.IsWhole)
        {
            return Add(pointer, value);
        }

        if (Locate(pointer)?.Entry is not { } entry)
        {
            return false;
        }

        Cut(entry.Value, value);
        return true;
    }

    /// <summary>Removes the member or element that a pointer leads to.</summary>
    /// <returns>Whether there is one; always <see langword="false"/> for the whole document.</returns>
    public bool Remove(JsonPointer pointer)
    {
        if (pointer.IsWhole || Locate(pointer) is not { Entry: { } found } place)
        {
            return false;
        }

        Cut(found.Extent, "");
        while (!place.IsArray && Locate(pointer) is { Entry: { } repeated })
        {
            Cut(repeated.Extent, "");
        }

        return true;
    }

    private void Append(Place container, string entry) =>
        Cut(container.End..container.End, container.Count == 0 ? entry : $",{entry}");

    private void Cut(Range range, string replacement) =>
        utf8 = [.. utf8.AsSpan(..range.Start.Value), .. Encoding.UTF8.GetBytes(replacement), .. utf8.AsSpan(range.End.Value..)];

    private Place? Locate(JsonPointer pointer)
    {
        Utf8JsonReader reader = new(utf8, Options);
        reader.Read();
        return Locate(ref reader, pointer.Members, 0);
    }

    // From a value's first token to its last.
    private static Place? Locate(ref Utf8JsonReader reader, IReadOnlyList<string> way, int level)
    {
        bool isArray = reader.TokenType == JsonTokenType.StartArray;
        if (!isArray && reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        bool isLast = level == way.Count - 1;
        int? index = isArray ? JsonPointer.Index(way[level]) : null;
        int count = 0;
        int end = (int)reader.BytesConsumed;
        int? previousEnd = null;
        Place? inner = null;
        Entry? found = null;
        bool isNextOfFound = false;
        while (reader.Read() && reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject))
        {
            int start = (int)reader.TokenStartIndex;
            if (isNextOfFound && found is { Previous: null })
            {
                found = found.Value with { Extent = found.Value.Start..start };
            }

            bool isWanted = isArray ? count == index : JsonText.StringOf(ref reader) == way[level];
            if (!isArray)
            {
                reader.Read();
            }

            int value = (int)reader.TokenStartIndex;
            if (isWanted && !isLast)
            {
                inner = Locate(ref reader, way, level + 1);
            }

            // If the value was read in full, the reader is at its last token, and there is nothing left to skip.
            reader.Skip();
            end = (int)reader.BytesConsumed;
            if (isWanted)
            {
                found = new Entry(start, value..end, (previousEnd ?? start)..end, previousEnd);
            }

            isNextOfFound = isWanted;
            previousEnd = end;
            count++;
        }

        return isLast ? new Place(isArray, count, end, found) : inner;
    }

    /// <summary>The object or array at the end of a path.</summary>
    /// <param name="Count">The number of its members or elements.</param>
    /// <param name="End">Where another one would begin: after the last, or after the bracket.</param>
    /// <param name="Entry">The member or element that the path names, or <see langword="null"/> if there is none.</param>
    private readonly record struct Place(bool IsArray, int Count, int End, Entry? Entry);

    /// <summary>A member or an element.</summary>
    /// <param name="Start">Where its name or its value begins.</param>
    /// <param name="Extent">The text that is removed with it: the comma before it, or otherwise the one after it.</param>
    /// <param name="Previous">Where the previous one ends, or <see langword="null"/> if it is the first.</param>
    private readonly record struct Entry(int Start, Range Value, Range Extent, int? Previous);
}
