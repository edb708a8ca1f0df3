using System.Globalization;
using System.Text;
using System.Text.Json;

using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Protocol;

/// <summary>The rules for names, keys, data and revisions, for both protocols.</summary>
internal static class Rules
{
    public const int MaximumNameLength = 320;
    public const int MaximumTtl = 31_536_000;

    /// <summary>The maximum depth of data: more levels do not fit in its size.</summary>
    public const int MaximumDataDepth = MaximumDataSize / 2;

    public const int MaximumIdentityLength = 256;

    private const int MaximumDataSize = 16 * 1024;
    private const int MaximumMessageSize = 4 * 1024;

    /// <summary>Checks a unique name; null means none.</summary>
    public static string? UniqueName(string? name) =>
        name is null || (IsText(name, MaximumNameLength) && !Sid.HasShape(name)) ? name : throw ProtocolErrors.InvalidUniqueName();

    /// <summary>Checks a map item's key.</summary>
    public static string ItemKey(string? key) =>
        key is not null && IsText(key, MaximumNameLength) ? key : throw ProtocolErrors.InvalidItemKey();

    /// <summary>Checks an identity.</summary>
    public static string Identity(string identity) =>
        IsText(identity, MaximumIdentityLength) ? identity : throw ProtocolErrors.InvalidIdentity();

    /// <summary>Reads a list item's index.</summary>
    public static ItemKey Index(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long index) ? new ItemKey(index) : throw ProtocolErrors.InvalidIndex();

    /// <summary>Checks the text of a JSON object.</summary>
    /// <param name="kind">The kind of object: lists and maps stand for their items, streams for their messages.</param>
    public static string Data(string json, ObjectKind kind)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(json);
        if (utf8.Length > (kind == ObjectKind.Stream ? MaximumMessageSize : MaximumDataSize))
        {
            throw ProtocolErrors.EntityTooLarge();
        }

        return FirstToken(utf8) switch
        {
            JsonTokenType.StartObject => json,
            JsonTokenType.Null => throw ProtocolErrors.NullData(kind),
            _ => throw ProtocolErrors.InvalidData(),
        };
    }

    /// <summary>
    /// Reads the revision of an <c>If-Match</c> header, bare as the SDKs send it or quoted as in HTTP; null means any. A well-formed value that is not
    /// a revision matches nothing, and neither does a weak tag (RFC 9110, 13.1.1).
    /// </summary>
    public static long? Revision(string? header)
    {
        if (header is null or "*")
        {
            return null;
        }

        bool isWeak = header is ['W', '/', '"', .., '"'];
        string quoted = isWeak ? header[2..] : header;
        string tag = quoted is ['"', .., '"'] ? quoted[1..^1] : quoted;
        if (tag.Length == 0 || !tag.All(char.IsAsciiLetterOrDigit))
        {
            throw ProtocolErrors.InvalidIfMatch();
        }

        return !isWeak && long.TryParse(tag, NumberStyles.None, CultureInfo.InvariantCulture, out long revision) ? revision : long.MaxValue;
    }

    /// <summary>Checks whether a text has at least one character, and no character that a URL cannot carry.</summary>
    public static bool IsText(string text, int maximumLength) =>
        text.Length >= 1 && text.Length <= maximumLength && !text.Contains('\0', StringComparison.Ordinal);

    // No members if the text is not JSON.
    private static JsonTokenType FirstToken(byte[] utf8)
    {
        Utf8JsonReader reader = new(utf8, new JsonReaderOptions { MaxDepth = MaximumDataDepth });
        try
        {
            reader.Read();
            JsonTokenType first = reader.TokenType;
            while (reader.Read())
            {
            }

            return first;
        }
        catch (JsonException)
        {
            return JsonTokenType.None;
        }
    }
}
