using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

using SyncFunctions.Client;

namespace SyncFunctions.Store.Json;

/// <summary>
/// Changes JSON objects and keeps every other byte. If an object has a member twice, readers see the last one: it is changed, and the others stay. A removal
/// removes all, because otherwise readers would see the one before.
/// </summary>
internal static class JsonEdit
{
    /// <summary>Applies a merge patch (RFC 7396): members replace members, objects are merged, and <c>null</c> removes.</summary>
    /// <returns>The patched object's text.</returns>
    public static string Merge(JsonText target, JsonElement patch)
    {
        StringBuilder text = new();
        Merge(text, target, patch);
        return text.ToString();
    }

    /// <summary>Changes the member that a pointer leads to.</summary>
    /// <param name="change">Gets the member's value, or <see langword="null"/> if there is no such member, and returns its new text.</param>
    /// <returns>The changed object's text, or <see langword="null"/> if the path does not exist, or leads through something that is not an object.</returns>
    public static string? Change(JsonText target, JsonPointer pointer, Func<JsonText?, string> change)
    {
        StringBuilder text = new();
        bool isChanged = false;
        return TryChange(text, target, [.. pointer.Members], ChangeMember) ? isChanged ? text.ToString() : target.GetRawText() : null;

        string ChangeMember(JsonText? current)
        {
            string changed = change(current);
            isChanged = current?.GetRawText() != changed;
            return changed;
        }
    }

    private static void Merge(StringBuilder text, JsonText? target, JsonElement patch)
    {
        if (patch.ValueKind != JsonValueKind.Object)
        {
            text.Append(patch.GetRawText());
            return;
        }

        int start = text.Length;
        IReadOnlyList<JsonMember>? existing = target?.Members();
        bool isChanged = existing is null;
        Dictionary<string, JsonElement> changes =
            patch.EnumerateObject().ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal);
        HashSet<string> added = new(changes.Keys, StringComparer.Ordinal);
        ObjectWriter writer = new(text);
        foreach (JsonMember member in existing ?? [])
        {
            if (member.Name is not { } name || !changes.TryGetValue(name, out JsonElement change))
            {
                writer.Name(member).Append(member.Value.GetRawText());
                continue;
            }

            added.Remove(name);
            if (change.ValueKind == JsonValueKind.Null)
            {
                isChanged = true;
            }
            else if (!member.IsRead)
            {
                writer.Name(member).Append(member.Value.GetRawText());
            }
            else
            {
                int value = writer.Name(member).Length;
                Merge(text, member.Value, change);
                isChanged |= text.ToString(value, text.Length - value) != member.Value.GetRawText();
            }
        }

        foreach (JsonProperty member in patch.EnumerateObject().Where(member => added.Contains(member.Name)))
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
            // The white space between its members belongs to the value too.
            text.Length = start;
            text.Append(target!.Value.GetRawText());
        }
    }

    private static bool TryChange(StringBuilder text, JsonText target, ReadOnlySpan<string> way, Func<JsonText?, string> change)
    {
        if (target.Members() is not { } members)
        {
            return false;
        }

        ObjectWriter writer = new(text);
        bool found = false;
        foreach (JsonMember member in members)
        {
            writer.Name(member);
            if (!member.IsRead || member.Name != way[0])
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

    /// <summary>Writes an object member by member. Names keep their original escapes.</summary>
    private sealed class ObjectWriter(StringBuilder text)
    {
        private char separator = '{';

        public StringBuilder Name(JsonMember member) => Name(Encoding.UTF8.GetString(member.QuotedName.Span));

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
