using System.Globalization;
using System.Text;
using System.Text.Json;

using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Protocol;

/// <summary>What names, keys, data and revisions must be, by whatever protocol they come.</summary>
internal static class Rules
{
    public const int MaximumNameLength = 320;
    public const int MaximumTtl = 31_536_000;

    /// <summary>Bounds how deeply data may be nested: more levels do not fit into its size.</summary>
    public const int MaximumDataDepth = MaximumDataSize / 2;

    public const int MaximumIdentityLength = 256;

    private const int MaximumDataSize = 16 * 1024;
    private const int MaximumMessageSize = 4 * 1024;

    /// <summary>A unique name; null for none.</summary>
    public static string? UniqueName(string? name) =>
        name is null || (IsText(name, MaximumNameLength) && !Sid.HasShape(name)) ? name : throw ProtocolErrors.InvalidUniqueName();

    /// <summary>A map item's key.</summary>
    public static string ItemKey(string? key) =>
        key is not null && IsText(key, MaximumNameLength) ? key : throw ProtocolErrors.InvalidItemKey();

    /// <summary>Checks an identity.</summary>
    public static string Identity(string identity) =>
        IsText(identity, MaximumIdentityLength) ? identity : throw ProtocolErrors.InvalidIdentity();

    /// <summary>A list item's index.</summary>
    public static ItemKey Index(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long index) ? new ItemKey(index) : throw ProtocolErrors.InvalidIndex();

    /// <summary>The text of a JSON object.</summary>
    /// <param name="kind">What the data is of: lists and maps stand for their items, streams for their messages.</param>
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
    /// The revision of an <c>If-Match</c> header, bare as the SDKs send it or quoted as HTTP has it; null for any. A well-formed one that is not
    /// a number of ours matches nothing, and neither does a weak tag (RFC 9110, 13.1.1).
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

    /// <summary>Whether a text has a length from 1 on, and nothing that no URL can carry.</summary>
    public static bool IsText(string text, int maximumLength) =>
        text.Length >= 1 && text.Length <= maximumLength && !text.Contains('\0', StringComparison.Ordinal);

    // None if the text is not JSON.
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
