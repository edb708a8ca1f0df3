using System.Globalization;
using System.Numerics;

using SyncFunctions.Store.Json;

namespace SyncFunctions.Tests.Store.Json;

public sealed class JsonNumberTests
{
    private const int Seed = 7396;

    [Theory]
    [InlineData("0", "0", "0")]
    [InlineData("1", "-1", "0")]
    [InlineData("-0", "-0", "0")]
    [InlineData("0.1", "0.2", "0.3")]
    [InlineData("0.5", "0.5", "1.0")]
    [InlineData("1.10", "1", "2.10")]
    [InlineData("9007199254740992", "1", "9007199254740993")]
    [InlineData("99999999999999999999999999999999999999", "1", "100000000000000000000000000000000000000")]
    [InlineData("1e3", "1", "1001")]
    [InlineData("1E-3", "1", "1.001")]
    [InlineData("12.5e1", "0", "125")]
    [InlineData("-0.5", "0.25", "-0.25")]
    [InlineData("1e20", "1e-20", "100000000000000000000.00000000000000000001")]
    public void Sums_are_exact(string left, string right, string sum)
    {
        (Parse(left) + Parse(right)).ToString().Should().Be(sum);
        (Parse(right) + Parse(left)).ToString().Should().Be(sum);
    }

    [Fact]
    public void Sums_of_random_numbers_are_those_of_whole_numbers()
    {
        Random random = new(Seed);
        for (int i = 0; i < 5_000; i++)
        {
            (string leftText, BigInteger left) = RandomNumber(random);
            (string rightText, BigInteger right) = RandomNumber(random);
            string sum = (Parse(leftText) + Parse(rightText)).ToString();
            Scaled(sum).Should().Be(left + right, "{0} + {1} is {2}", leftText, rightText, sum);
        }
    }

    [Fact]
    public void An_addition_can_be_undone_exactly()
    {
        Random random = new(Seed + 1);
        for (int i = 0; i < 2_000; i++)
        {
            (string text, BigInteger value) = RandomNumber(random);
            (string other, _) = RandomNumber(random);
            string negative = other.StartsWith('-') ? other[1..] : "-" + other;
            Scaled((Parse(text) + Parse(other) + Parse(negative)).ToString()).Should().Be(value, "{0} was added to {1}, and taken away", other, text);
        }
    }

    [Fact]
    public void A_sum_is_read_again_as_it_was_written()
    {
        Random random = new(Seed + 2);
        for (int i = 0; i < 2_000; i++)
        {
            string sum = (Parse(RandomNumber(random).Text) + Parse(RandomNumber(random).Text)).ToString();
            Parse(sum).ToString().Should().Be(sum);
        }
    }

    [Theory]
    [InlineData("1e308")]
    [InlineData("-1e308")]
    [InlineData("1.7976931348623157e308")]
    [InlineData("1e-308")]
    [InlineData("5e-324")]
    [InlineData("0.0000001e310")]
    [InlineData("10000000e-325")]
    [InlineData("0e308")]
    public void What_a_double_can_hold_is_a_number(string text)
    {
        JsonNumber number = Parse(text);
        number.IsInRange.Should().BeTrue();
        double.Parse(number.ToString(), CultureInfo.InvariantCulture).Should().Be(double.Parse(text, CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1\n")]
    [InlineData("+1")]
    [InlineData("--1")]
    [InlineData("-")]
    [InlineData("01")]
    [InlineData("-01")]
    [InlineData("1.")]
    [InlineData(".1")]
    [InlineData("1.e1")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1e1.5")]
    [InlineData("0x1")]
    [InlineData("1_000")]
    [InlineData("1,5")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-Infinity")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("\"1\"")]
    [InlineData("١")]
    [InlineData("１")]
    [InlineData("1e309")]
    [InlineData("-1.8e308")]
    [InlineData("1e-400")]
    [InlineData("1e2147483648")]
    [InlineData("1e-99999999999999999999")]
    public void Anything_else_is_not_a_number(string text) => JsonNumber.Parse(text).Should().BeNull();

    [Fact]
    public void A_number_of_very_many_digits_is_not_accepted()
    {
        JsonNumber.Parse(new string('9', 100_000)).Should().BeNull();
        JsonNumber.Parse("0." + new string('9', 100_000)).Should().BeNull();
    }

    [Fact]
    public void A_sum_beyond_a_double_is_out_of_range()
    {
        (Parse("9e307") + Parse("8e307")).IsInRange.Should().BeTrue();
        (Parse("9e307") + Parse("9e307")).IsInRange.Should().BeFalse();
        (Parse("-9e307") + Parse("-9e307")).IsInRange.Should().BeFalse();
    }

    // A number between 10^40 and 10^-40 in one of the ways to write it, and its value times 10^100.
    private static (string Text, BigInteger Value) RandomNumber(Random random)
    {
        string integer = random.Next(4) == 0 ? "0" : Digits(random, random.Next(1, 25)).TrimStart('0') is { Length: > 0 } digits ? digits : "0";
        string fraction = random.Next(2) == 0 ? "" : Digits(random, random.Next(1, 25));
        int exponent = random.Next(2) == 0 ? 0 : random.Next(-15, 16);
        bool isNegative = random.Next(2) == 0;
        string text = (isNegative ? "-" : "") + integer + (fraction.Length > 0 ? "." + fraction : "")
            + exponent switch
            {
                0 => "",
                > 0 when random.Next(2) == 0 => $"e+{exponent}",
                _ => $"{(random.Next(2) == 0 ? 'e' : 'E')}{exponent}",
            };
        BigInteger value = BigInteger.Parse(integer + fraction, CultureInfo.InvariantCulture) * BigInteger.Pow(10, 100 + exponent - fraction.Length);
        return (text, isNegative ? -value : value);
    }

    private static string Digits(Random random, int count) => string.Concat(Enumerable.Range(0, count).Select(_ => (char)('0' + random.Next(10))));

    // The value times 10^100 of a number that is written without an exponent.
    private static BigInteger Scaled(string text)
    {
        text.Should().MatchRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$");
        string[] parts = text.Split('.');
        string fraction = parts.Length == 2 ? parts[1] : "";
        return BigInteger.Parse(parts[0] + fraction, CultureInfo.InvariantCulture) * BigInteger.Pow(10, 100 - fraction.Length);
    }

    private static JsonNumber Parse(string text) => JsonNumber.Parse(text) ?? throw new ArgumentException($"{text} was not read.");
}
