using System.Globalization;

namespace SyncFunctions.Store.Json;

/// <summary>A JSON pointer (RFC 6901): the way to a value.</summary>
public sealed class JsonPointer
{
    private JsonPointer(IReadOnlyList<string> members) => Members = members;

    /// <summary>The names of the members on the way, from the outermost on; none for the whole.</summary>
    public IReadOnlyList<string> Members { get; }

    /// <summary>Whether it points at the whole.</summary>
    public bool IsWhole => Members.Count == 0;

    /// <summary>Makes the pointer that leads through members and indexes.</summary>
    public static JsonPointer Of(params string[] members) => new(members);

    /// <summary>Reads a pointer such as <c>/totals/calls</c>, or an empty one, which points at the whole; <see langword="null"/> if it is none.</summary>
    public static JsonPointer? Parse(string text)
    {
        if (text.Length == 0)
        {
            return new JsonPointer([]);
        }

        if (!text.StartsWith('/'))
        {
            return null;
        }

        string[] members = text[1..].Split('/');
        for (int i = 0; i < members.Length; i++)
        {
            // "~" stands only before 0 and 1, which together stand for "~" and "/".
            if (members[i].Split('~').Skip(1).Any(rest => rest is not ['0' or '1', ..]))
            {
                return null;
            }

            members[i] = members[i].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        }

        return new JsonPointer(members);
    }

    /// <summary>Reads the index of an array's element (RFC 6901, section 4: without leading zeros); <see langword="null"/> if a member is none.</summary>
    internal static int? Index(string member) =>
        member is "0" or [>= '1' and <= '9', ..] && int.TryParse(member, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : null;

    /// <summary>Whether the way to another value leads through the value that this one leads to.</summary>
    public bool IsOnTheWayTo(JsonPointer other) => Members.Count < other.Members.Count && other.Members.Take(Members.Count).SequenceEqual(Members);
}
