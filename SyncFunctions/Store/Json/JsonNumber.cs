using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace SyncFunctions.Store.Json;

/// <summary>
/// A JSON number with all its digits: <c>digits × 10^-scale</c>. Neither a <see cref="double"/> (integers beyond 2^53, 0.1) nor a
/// <see cref="decimal"/> (28 digits) holds every number that JSON can write.
/// </summary>
internal readonly partial record struct JsonNumber
{
    // More than any double needs, for exponents as for digits after the point. Longer ones only cost time.
    private const int MaximumLength = 616;

    private const int SignificantDigits = 17;

    private readonly BigInteger digits;
    private readonly int scale;

    private JsonNumber(BigInteger digits, int scale) => (this.digits, this.scale) = (digits, scale);

    /// <summary>0, the value of a missing member.</summary>
    public static JsonNumber Zero => default;

    /// <summary>1.</summary>
    public static JsonNumber One => new(BigInteger.One, 0);

    /// <summary>The sum, to the last digit.</summary>
    public static JsonNumber operator +(JsonNumber left, JsonNumber right)
    {
        int scale = Math.Max(left.scale, right.scale);
        return new JsonNumber(left.At(scale) + right.At(scale), scale);
    }

    /// <summary>Reads a sum that <see cref="ToString"/> wrote, however long it is.</summary>
    public static JsonNumber ParseSum(string text)
    {
        int point = text.IndexOf('.', StringComparison.Ordinal);
        return new JsonNumber(
            BigInteger.Parse(text.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture), point < 0 ? 0 : text.Length - point - 1);
    }

    /// <summary>Reads a JSON number, or returns <see langword="null"/> for anything else, and for a number beyond the range of a <see cref="double"/>.</summary>
    public static JsonNumber? Parse(string text)
    {
        Match match = Shape().Match(text);
        if (!match.Success || text.Length > MaximumLength
            || !int.TryParse("0" + match.Groups["exponent"].Value.TrimStart('+', '-'), NumberStyles.None, CultureInfo.InvariantCulture, out int exponent))
        {
            return null;
        }

        string fraction = match.Groups["fraction"].Value;
        BigInteger digits = BigInteger.Parse(match.Groups["integer"].Value + fraction, CultureInfo.InvariantCulture);
        exponent = match.Groups["exponent"].Value.StartsWith('-') ? -exponent : exponent;
        if (exponent is < -MaximumLength or > MaximumLength)
        {
            return null;
        }

        int scale = fraction.Length - exponent;
        JsonNumber number = scale >= 0 ? new JsonNumber(digits, scale) : new JsonNumber(digits * BigInteger.Pow(10, -scale), 0);
        return number.IsInRange ? number : null;
    }

    /// <summary>
    /// Whether it is in the range of a <see cref="double"/>, which most readers use: beyond it they get infinity, or an error.
    /// </summary>
    public bool IsInRange => scale <= MaximumLength
        && double.Parse(ToString(), CultureInfo.InvariantCulture) is var near && double.IsFinite(near) && (near != 0 || digits.IsZero);

    /// <summary>The number as JSON, without an exponent.</summary>
    public override string ToString()
    {
        string text = BigInteger.Abs(digits).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        string sign = digits.Sign < 0 ? "-" : "";
        return scale == 0 ? sign + text : $"{sign}{text[..^scale]}.{text[^scale..]}";
    }

    /// <summary>The number as JSON, without an exponent and without trailing zeros: equal numbers have the same text.</summary>
    public string ToShortString() => ToString() is var text && text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;

    /// <summary>A fraction of it, to at least 17 significant digits, which distinguish any two <see cref="double"/>s.</summary>
    /// <param name="count">The divisor.</param>
    public JsonNumber DividedBy(long count)
    {
        int length = Length(BigInteger.Abs(digits)) - Length(count);
        int further = Math.Max(0, SignificantDigits + 1 - length);
        BigInteger quotient = BigInteger.DivRem(digits * BigInteger.Pow(10, further), count, out BigInteger rest);
        bool roundsUp = BigInteger.Abs(rest) * 2 >= count;
        string text = new JsonNumber(roundsUp ? quotient + digits.Sign : quotient, scale + further).ToShortString();
        return ParseSum(text);
    }

    /// <summary>Checks whether it is the same number, however it is written: 1.0 is 1.</summary>
    public bool HasSameValueAs(JsonNumber other) =>
        Math.Max(scale, other.scale) is var common && At(common) == other.At(common);

    /// <summary>Compares it with another number, to the last digit: negative if it is smaller.</summary>
    public int CompareTo(JsonNumber other) =>
        Math.Max(scale, other.scale) is var common ? At(common).CompareTo(other.At(common)) : 0;

    private static int Length(BigInteger number) => number.ToString(CultureInfo.InvariantCulture).Length;

    private BigInteger At(int wanted) => digits * BigInteger.Pow(10, wanted - scale);

    [GeneratedRegex(@"^(?<integer>-?(0|[1-9][0-9]*))(\.(?<fraction>[0-9]+))?([eE](?<exponent>[+-]?[0-9]+))?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Shape();
}
