using System.Globalization;
using System.Text;
using System.Text.Json;

using SyncFunctions.Emulator.Engine;

namespace SyncFunctions.Emulator.Rest;

/// <summary>The request parameters of Sync's REST API, with their rules and the error each is refused with.</summary>
internal static class RestParameters
{
    public const int MaximumNameLength = 320;
    public const int MaximumTtl = 31_536_000;
    public const int MaximumDataSize = 16 * 1024;
    public const int MaximumMessageSize = 4 * 1024;

    public static string? UniqueName(this RestCall call)
    {
        string? name = call.Form("UniqueName");
        return name is null || (IsText(name, MaximumNameLength) && !Sid.HasShape(name)) ? name : throw RestErrors.InvalidUniqueName();
    }

    public static string ItemKey(this RestCall call)
    {
        string? key = call.Form("Key");
        return key is not null && IsText(key, MaximumNameLength) ? key : throw RestErrors.InvalidItemKey();
    }

    public static string Identity(string segment) => IsText(segment, 256) ? segment : throw RestErrors.InvalidIdentity();

    public static ItemKey Index(string segment) =>
        long.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out long index) ? new ItemKey(index) : throw RestErrors.InvalidIndex();

    /// <summary>The JSON text of <c>Data</c>; null where it was not given.</summary>
    /// <param name="kind">What the data is of: lists and maps stand for their items, streams for their messages.</param>
    public static string? Data(this RestCall call, ObjectKind kind)
    {
        if (call.Form("Data") is not { } data)
        {
            return null;
        }

        byte[] utf8 = Encoding.UTF8.GetBytes(data);
        if (utf8.Length > (kind == ObjectKind.Stream ? MaximumMessageSize : MaximumDataSize))
        {
            throw RestErrors.EntityTooLarge();
        }

        return FirstToken(utf8) switch
        {
            JsonTokenType.StartObject => data,
            JsonTokenType.Null => throw RestErrors.NullData(kind),
            _ => throw RestErrors.InvalidData(),
        };
    }

    /// <summary>The expiry that the first of the names which was given sets; the later ones are its aliases.</summary>
    public static Expiry Ttl(this RestCall call, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (call.Form(name) is { Length: > 0 } text)
            {
                return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds <= MaximumTtl
                    ? Expiry.After(seconds)
                    : throw RestErrors.InvalidTtl();
            }
        }

        return Expiry.Keep;
    }

    /// <summary>The revision that <c>If-Match</c> asks for, bare as the SDKs send it or quoted as HTTP has it; null for any.</summary>
    public static long? IfMatch(this RestCall call)
    {
        string? header = call.Header("If-Match");
        if (header is null or "*")
        {
            return null;
        }

        string tag = header is ['"', .., '"'] ? header[1..^1] : header;
        if (tag.Length == 0 || !tag.All(char.IsAsciiLetterOrDigit))
        {
            throw RestErrors.InvalidIfMatch();
        }

        // A well-formed revision that is not a number of ours matches nothing.
        return long.TryParse(tag, NumberStyles.None, CultureInfo.InvariantCulture, out long revision) ? revision : -1;
    }

    public static bool? Boolean(this RestCall call, string name) => call.Form(name) switch
    {
        null => null,
        { } text when bool.TryParse(text, out bool value) => value,
        _ => throw RestErrors.InvalidParameter(name),
    };

    public static bool IsText(string text, int maximumLength) =>
        text.Length >= 1 && text.Length <= maximumLength && !text.Contains('\0', StringComparison.Ordinal);

    // None where the text is not JSON.
    private static JsonTokenType FirstToken(byte[] utf8)
    {
        Utf8JsonReader reader = new(utf8, new JsonReaderOptions { MaxDepth = MaximumDataSize });
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
