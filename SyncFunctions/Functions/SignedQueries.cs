using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SyncFunctions.Functions;

/// <summary>
/// Lists the query strings that Twilio may have signed for the one that arrived. The Functions host's proxy rewrites a URL with <see cref="Uri"/>, and
/// Twilio itself sends some URLs in another form than it signs. All forms have the same fields with the same values.
/// </summary>
/// <remarks>
/// A change is applied to the whole query at once, so that the number of forms does not grow with the length of the query.
/// https://github.com/twilio/twilio-node/pull/621 (an at sign and a colon), https://github.com/twilio/twilio-php/issues/790 (the order).
/// </remarks>
internal static partial class SignedQueries
{
    /// <summary>The most forms of one query.</summary>
    public const int Maximum = 1024;

    // 120 orders.
    private const int MaximumReordered = 5;

    // 64 mixtures.
    private const int MaximumMixed = 6;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // Alternatives are grouped. The first of each group leaves the query unchanged.
    private static readonly Func<string, string>[][] Styles =
    [
        [query => query, RawPercents],
        [query => query, query => SipEscape().Replace(query, Unescape)],
        [query => query, query => BraceEscape().Replace(query, Unescape), query => PunctuationEscape().Replace(query, Unescape)],
        [query => query, query => Small(NonAsciiEscapes(), query), query => Small(AnyEscape(), query), query => NonAsciiEscapes().Replace(query, UnescapeUtf8)],
        [
            query => query, query => query.Replace("~", "%7E", StringComparison.Ordinal), query => query.Replace("~", "%7e", StringComparison.Ordinal),
            EscapedMarks,
        ],
    ];

    /// <summary>Lists the forms: first the query as it arrived.</summary>
    /// <param name="query">With its question mark; empty if there is none.</param>
    public static IEnumerable<string> Of(string query) => query.Length == 0 ? [query] : All(query).Distinct(StringComparer.Ordinal).Take(Maximum);

    private static IEnumerable<string> All(string query) => Styled(query).Concat(Escaped(query)).Concat(Mixed(query)).Concat(Reordered(query).SelectMany(Styled));

    private static IEnumerable<string> Styled(string query) => Styles.Aggregate<Func<string, string>[], IEnumerable<string>>(
        [query], (forms, styles) => [.. forms.SelectMany(form => styles.Select(style => style(form))).Distinct(StringComparer.Ordinal)]);

    // %zz is not an escape, and Uri turns it into %25zz.
    private static string RawPercents(string query) => StrayPercent().Replace(query, "%");

    // Uri writes the escapes of characters beyond ASCII, and some others with them, in upper case. If such an escape is in lower case, Uri has not
    // rewritten the query.
    private static string Small(Regex which, string query) => NonAsciiEscapes().Matches(query) is { Count: > 0 } escapes
        && !escapes.Any(escape => escape.Value.Any(char.IsAsciiLetterLower))
        ? which.Replace(query, escape => escape.Value.ToLowerInvariant())
        : query;

    // The form of an encoder that leaves only letters and digits unescaped.
    private static string EscapedMarks(string query) =>
        "-._~".Aggregate(query, (text, mark) => Escape(text, mark, $"%{(int)mark:X2}"));

    private static string Unescape(Match escape) => ((char)Convert.FromHexString(escape.Value[1..])[0]).ToString();

    private static string UnescapeUtf8(Match escapes)
    {
        try
        {
            return StrictUtf8.GetString(Convert.FromHexString(escapes.Value.Replace("%", "", StringComparison.Ordinal)));
        }
        catch (DecoderFallbackException)
        {
            return escapes.Value;
        }
    }

    // Uri removes every unnecessary escape. Escapes one character again, everywhere in the values.
    private static IEnumerable<string> Escaped(string query) =>
        from character in query.Distinct()
        where char.IsAsciiLetterOrDigit(character) || character is '-' or '.' or '_' or '~'
        from format in (string[])["X2", "x2"]
        select Escape(query, character, $"%{((int)character).ToString(format, CultureInfo.InvariantCulture)}");

    // Some tildes escaped and some not, as in a URL that was built from several parts.
    private static IEnumerable<string> Mixed(string query)
    {
        string[] parts = query.Split('~');
        int count = parts.Length - 1;
        return count is > 1 and <= MaximumMixed
            ? Enumerable.Range(1, (1 << count) - 2).Select(escaped => string.Concat(
                parts.Select((part, i) => i == 0 ? part : (escaped >> (i - 1) & 1) == 1 ? $"%7E{part}" : $"~{part}")))
            : [];
    }

    private static string Escape(string query, char character, string escape)
    {
        StringBuilder text = new();
        bool isValue = false;
        for (int i = 0; i < query.Length; i++)
        {
            isValue = query[i] == '=' || (isValue && query[i] != '&');
            if (query[i] == '%' && i + 2 < query.Length)
            {
                text.Append(query, i, 3);
                i += 2;
            }
            else if (isValue && query[i] == character)
            {
                text.Append(escape);
            }
            else
            {
                text.Append(query[i]);
            }
        }

        return text.ToString();
    }

    // Twilio signs the query in the order in which it was configured, and may send it sorted. Fields of one name keep their order.
    private static IEnumerable<string> Reordered(string query)
    {
        (string Name, string Text)[] fields = [.. query[1..].Split('&').Select(field => (field.Split('=')[0], field))];
        string[] names = [.. fields.Select(field => field.Name)];
        return fields.Length <= MaximumReordered && !fields.Any(field => field.Text.Length == 0)
            && (IsSorted(StringComparer.Ordinal) || IsSorted(StringComparer.OrdinalIgnoreCase))
            ? Orders(fields).Select(order => $"?{string.Join('&', order)}")
            : [];

        bool IsSorted(StringComparer comparer) => names.SequenceEqual(names.Order(comparer), StringComparer.Ordinal);
    }

    private static IEnumerable<IEnumerable<string>> Orders((string Name, string Text)[] fields) => fields.Length == 0
        ? [[]]
        : from i in Enumerable.Range(0, fields.Length)
          where !fields[..i].Any(earlier => earlier.Name == fields[i].Name)
          from rest in Orders([.. fields[..i], .. fields[(i + 1)..]])
          select rest.Prepend(fields[i].Text);

    [GeneratedRegex("%25(?![0-9A-Fa-f]{2})")]
    private static partial Regex StrayPercent();

    [GeneratedRegex("%(?:40|3[Aa])")]
    private static partial Regex SipEscape();

    [GeneratedRegex("%7[BCD]")]
    private static partial Regex BraceEscape();

    [GeneratedRegex("%(?:7[BCD]|22|3C|3E|5C|5E|60)")]
    private static partial Regex PunctuationEscape();

    [GeneratedRegex("%[0-9A-Fa-f]{2}")]
    private static partial Regex AnyEscape();

    [GeneratedRegex("(?:%[89A-Fa-f][0-9A-Fa-f])+")]
    private static partial Regex NonAsciiEscapes();
}
