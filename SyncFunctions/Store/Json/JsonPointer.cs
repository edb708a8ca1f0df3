namespace SyncFunctions.Store.Json;

/// <summary>A JSON pointer (RFC 6901): the way to a member.</summary>
public sealed class JsonPointer
{
    private JsonPointer(IReadOnlyList<string> members) => Members = members;

    /// <summary>The names of the members on the way, from the outermost on; at least one.</summary>
    public IReadOnlyList<string> Members { get; }

    /// <summary>Reads a pointer such as <c>/totals/calls</c>; <see langword="null"/> if it is none, or points at the whole.</summary>
    public static JsonPointer? Parse(string text)
    {
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
}
