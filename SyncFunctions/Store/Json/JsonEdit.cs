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
            foreach (JsonProperty member in existing.EnumerateObject())
            {
                if (!changes.Remove(member.Name, out JsonProperty change))
                {
                    writer.Name(member).Append(member.Value.GetRawText());
                }
                else if (change.Value.ValueKind != JsonValueKind.Null)
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
        foreach (JsonProperty member in target.EnumerateObject())
        {
            writer.Name(member);
            if (found || member.Name != way[0])
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
