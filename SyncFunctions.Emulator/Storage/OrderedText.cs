using System.Text;

namespace SyncFunctions.Emulator.Storage;

/// <summary>Converts the texts by which a collection is ordered to their stored form, and back.</summary>
/// <remarks>
/// Sync's client expects keys in the order of their UTF-16 code units (its cache compares them with <c>&lt;</c>). SQLite orders text by UTF-8 bytes,
/// which means by code points. The two orders differ only if there are characters beyond U+FFFF, whose surrogates come before U+E000, as well as
/// characters from U+E000 to U+FFFF. The stored form swaps these two ranges. So the file's own order is the required one, without a collation
/// that other programs lack, and almost every key is stored unchanged.
/// </remarks>
internal static class OrderedText
{
    private const int FirstPrivate = 0xE000;
    private const int FirstSupplementary = 0x10000;
    private const int LastCodePoint = 0x10FFFF;

    // Each of the two ranges moves by the size of the other.
    private const int UpperSize = FirstSupplementary - FirstPrivate;
    private const int SupplementarySize = LastCodePoint + 1 - FirstSupplementary;

    /// <summary>Converts a text to the form whose UTF-8 bytes are in the order of the text's UTF-16 code units.</summary>
    public static string ToStored(string text) => Map(
        text, rune => rune >= FirstSupplementary ? rune - UpperSize : rune >= FirstPrivate ? rune + SupplementarySize : rune);

    /// <summary>Converts the stored form back to the text.</summary>
    public static string FromStored(string stored) => Map(
        stored,
        rune => rune >= FirstPrivate + SupplementarySize ? rune - SupplementarySize : rune >= FirstPrivate ? rune + UpperSize : rune);

    /// <summary>Checks whether the stored form of a text differs from the text.</summary>
    public static bool Differs(string text) => text.AsSpan().IndexOfAnyInRange('\uD800', '\uFFFF') >= 0;

    private static string Map(string text, Func<int, int> map)
    {
        if (!Differs(text))
        {
            return text;
        }

        StringBuilder mapped = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            mapped.Append(new Rune(map(rune.Value)));
        }

        return mapped.ToString();
    }
}
