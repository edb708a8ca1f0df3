using System.Globalization;
using System.Text.RegularExpressions;

namespace SyncFunctions.Functions.Binding;

/// <summary>Reads dates and times in unambiguous formats only: with an offset, and with all their digits.</summary>
internal static partial class DateTimeText
{
    // RFC 1123, https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7 (IMF-fixdate).
    private const string Rfc1123 = "r";

    /// <summary>
    /// Reads a date and time in UTC, to the millisecond: ISO 8601 in its extended format, with <c>Z</c> or an offset, or RFC 1123;
    /// <see langword="null"/> for anything else.
    /// </summary>
    public static DateTime? Parse(string text)
    {
        if (DateTime.TryParseExact(
            text, Rfc1123, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime date))
        {
            return date;
        }

        // Fractions beyond the millisecond are cut off, however many digits they have.
        Match parts = Iso8601().Match(text);
        return parts.Success
            && DateTimeOffset.TryParseExact(
                $"{parts.Groups["minutes"]}{(parts.Groups["seconds"] is { Success: true } seconds ? seconds : ":00")}"
                + $".{parts.Groups["fraction"].Value.PadRight(3, '0')[..3]}{(parts.Groups["offset"].Value is "Z" ? "+00:00" : parts.Groups["offset"])}",
                "yyyy-MM-dd'T'HH:mm:ss.fffzzz",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out DateTimeOffset moment)
            ? moment.UtcDateTime
            : null;
    }

    [GeneratedRegex(
        @"\A(?<minutes>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2})(?<seconds>:[0-9]{2})?(?:(?<=:[0-9]{2}:[0-9]{2})\.(?<fraction>[0-9]+))?"
        + @"(?<offset>Z|[+-][0-9]{2}:[0-9]{2})\z")]
    private static partial Regex Iso8601();
}
