using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace SyncFunctions.Store.Json;

/// <summary>Changes of JSON objects that leave every byte of what they do not change.</summary>
internal static class JsonEdit
{
    /// <summary>Applies a merge patch (RFC 7396): members replace members, objects are merged, and <c>null</c> removes.</summary>
    /// <returns>The patched object's text.</returns>
    public static string Merge(JsonElement target, JsonElement patch)
    {
        StringBuilder text = new();
        Merge(text, target, patch);
        return text.ToString();
    }

    /// <summary>Changes the member that a pointer leads to.</summary>
    /// <param name="change">Gets the member's value, or <see langword="null"/> if the object at the end of the way has no such member; returns its new text.</param>
    /// <returns>The changed object's text; <see langword="null"/> if the way leads nowhere, or through something that is no object.</returns>
    public static string? Change(JsonElement target, JsonPointer pointer, Func<JsonElement?, string> change)
    {
        StringBuilder text = new();
        bool isChanged = false;
        return TryChange(text, target, [.. pointer.Members], ChangeMember) ? isChanged ? text.ToString() : target.GetRawText() : null;

        string ChangeMember(JsonElement? current)
        {
            string changed = change(current);
            isChanged = current?.GetRawText() != changed;
            return changed;
        }
    }

    private static void Merge(StringBuilder text, JsonElement? target, JsonElement patch)
    {
        if (patch.ValueKind != JsonValueKind.Object)
        {
            text.Append(patch.GetRawText());
            return;
        }

        int start = text.Length;
        bool isChanged = target is not { ValueKind: JsonValueKind.Object };
        Dictionary<string, JsonProperty> changes = patch.EnumerateObject().ToDictionary(member => member.Name, StringComparer.Ordinal);
        ObjectWriter writer = new(text);
        if (target is { ValueKind: JsonValueKind.Object } existing)
        {
            // Of members of one name readers see the last: that one is patched, and all of them are removed.
            Dictionary<string, int> last = LastIndexes(existing);
            int index = 0;
            foreach (JsonProperty member in existing.EnumerateObject())
            {
                bool isLast = last[member.Name] == index++;
                if (!changes.TryGetValue(member.Name, out JsonProperty change) || (!isLast && change.Value.ValueKind != JsonValueKind.Null))
                {
                    writer.Name(member).Append(member.Value.GetRawText());
                    continue;
                }

                if (isLast)
                {
                    changes.Remove(member.Name);
                }

                if (change.Value.ValueKind != JsonValueKind.Null)
                {
                    int value = writer.Name(member).Length;
                    Merge(text, member.Value, change.Value);
                    isChanged |= text.ToString(value, text.Length - value) != member.Value.GetRawText();
                }
                else
                {
                    isChanged = true;
                }
            }
        }

        foreach (JsonProperty member in patch.EnumerateObject().Where(member => changes.ContainsKey(member.Name)))
        {
            if (member.Value.ValueKind != JsonValueKind.Null)
            {
                Merge(writer.Name(member), null, member.Value);
                isChanged = true;
            }
        }

        writer.End();
        if (!isChanged)
        {
            // The blanks between its members are its own, too.
            text.Length = start;
            text.Append(target!.Value.GetRawText());
        }
    }

    private static bool TryChange(StringBuilder text, JsonElement target, ReadOnlySpan<string> way, Func<JsonElement?, string> change)
    {
        if (target.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        ObjectWriter writer = new(text);
        bool found = false;
        // Of members of one name readers see the last.
        int last = LastIndex(target, way[0]);
        int index = 0;
        foreach (JsonProperty member in target.EnumerateObject())
        {
            writer.Name(member);
            if (index++ != last)
            {
                text.Append(member.Value.GetRawText());
                continue;
            }

            found = true;
            if (way.Length == 1)
            {
                text.Append(change(member.Value));
            }
            else if (!TryChange(text, member.Value, way[1..], change))
            {
                return false;
            }
        }

        if (!found)
        {
            if (way.Length > 1)
            {
                return false;
            }

            writer.Name(JsonSerializer.Serialize(way[0])).Append(change(null));
        }

        writer.End();
        return true;
    }

    private static int LastIndex(JsonElement target, string name)
    {
        int last = -1;
        int index = 0;
        foreach (JsonProperty member in target.EnumerateObject())
        {
            last = member.NameEquals(name) ? index : last;
            index++;
        }

        return last;
    }

    private static Dictionary<string, int> LastIndexes(JsonElement target)
    {
        Dictionary<string, int> last = new(StringComparer.Ordinal);
        int index = 0;
        foreach (JsonProperty member in target.EnumerateObject())
        {
            last[member.Name] = index++;
        }

        return last;
    }

    /// <summary>Writes an object member by member; names keep the spelling that they come with.</summary>
    private sealed class ObjectWriter(StringBuilder text)
    {
        private char separator = '{';

        public StringBuilder Name(JsonProperty member) => Name($"\"{Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(member))}\"");

        public StringBuilder Name(string quoted)
        {
            text.Append(separator).Append(quoted).Append(':');
            separator = ',';
            return text;
        }

        public void End() => text.Append(separator == '{' ? "{}" : "}");
    }
}
