using System.Globalization;

namespace SyncFunctions.Store.Json;

/// <summary>A JSON pointer (RFC 6901): the path of a value.</summary>
public sealed class JsonPointer
{
    private JsonPointer(IReadOnlyList<string> members) => Members = members;

    /// <summary>The names of the members in the path, from the outermost; none for the whole document.</summary>
    public IReadOnlyList<string> Members { get; }

    /// <summary>Whether it points to the whole document.</summary>
    public bool IsWhole => Members.Count == 0;

    /// <summary>Creates the pointer with these members and indexes.</summary>
    public static JsonPointer Of(params string[] members) => new(members);

    /// <summary>Reads a pointer such as <c>/totals/calls</c>, or <c>""</c> for the whole document; <see langword="null"/> if it is not a pointer.</summary>
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
            // "~" is allowed only as "~0", for "~", and as "~1", for "/".
            if (members[i].Split('~').Skip(1).Any(rest => rest is not ['0' or '1', ..]))
            {
                return null;
            }

            members[i] = members[i].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        }

        return new JsonPointer(members);
    }

    /// <summary>Reads the index of an array's element (RFC 6901, section 4: without leading zeros), or <see langword="null"/> if a member is not an index.</summary>
    internal static int? Index(string member) =>
        member is "0" or [>= '1' and <= '9', ..] && int.TryParse(member, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : null;

    /// <summary>Whether the path of another value leads through this one's value.</summary>
    public bool IsOnTheWayTo(JsonPointer other) => Members.Count < other.Members.Count && other.Members.Take(Members.Count).SequenceEqual(Members);
}
