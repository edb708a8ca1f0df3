using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SyncFunctions.Fuzz;

/// <summary>Generates input. Much of it is nearly valid, because wholly invalid input only reaches the first check.</summary>
internal sealed class Hostile(Random random)
{
    private static readonly string[] Texts =
    [
        "", " ", "a", "+", "*", "null", "true", "True", "false", "{}", "[]", "{\"a\":1}", "{\"n\":1,\"n\":2}", "\"\"", "0", "1", "-1", "00", "1.5", "1e400",
        "2147483648", "9223372036854775808", "99999999999999999999999999", "31536001", "..", "../..", "%", "%00", "%2F", "a/b", "a?b#c", "a&b=c", "\0",
        "\u0001", "\u007f", "\u2028", "\ue000", "\ufffd", "😀", "é", "e\u0301", "İ", "ß", "a\r\nX: y", "/n", "/", "~", "/~2", "W/\"1\"", "\"1\"", "asc", "desc",
        "default", "IS00000000000000000000000000000000", "ET00000000000000000000000000000000", "ES00000000000000000000000000000000",
        "MP00000000000000000000000000000000", "TO00000000000000000000000000000000", "ETz", "data.n > 1", "data.a EQUALS \"x\"", "OR", "' OR 1=1 --",
    ];

    private static readonly string[] JsonValues =
    [
        "null", "true", "1", "-0", "1.0", "1e400", "12345678901234567890", "\"\"", "\"\\ud800\"", "\"\\u0000\"", "{}", "[]", "[1,[2,{}]]", "{\"a\":{\"b\":[]}}",
        "{\"n\":1}", "{\"n\":1,\"n\":2}", "{\"\\ud800\":1}", "{\"__proto__\":{}}", "{\"a\":NaN}", "{\"a\":1,}", "{", "]", "/**/1", "01", "+1", "'a'",
    ];

    public int Next(int below) => random.Next(below);

    public bool Chance(int percent) => random.Next(100) < percent;

    public T Pick<T>(IReadOnlyList<T> values) => values[random.Next(values.Count)];

    /// <summary>The name of one of a few objects, so that most requests find an object.</summary>
    public string Name() => $"name-{random.Next(12)}";

    public string Text() => random.Next(12) switch
    {
        0 => new string(Pick<char>([.. "aé\ue000 "]), Pick<int>([255, 256, 257, 320, 321, 4096, 9000])),
        1 => new string([.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => Rune())]),
        < 5 => Name(),
        _ => Pick(Texts),
    };

    /// <summary>JSON, or text that is nearly JSON.</summary>
    public string Json() => random.Next(12) switch
    {
        0 => $"{new string('[', Pick<int>([10, 63, 64, 65, 1000, 8000]))}1{(Chance(80) ? new string(']', 10) : "")}",
        1 => Nested(Pick<int>([5, 62, 63, 64, 65, 500, 1023, 1025])),
        2 => $"{{\"long\":\"{new string('x', Pick<int>([4000, 16_300, 16_384, 17_000]))}\"}}",
        < 6 => JsonSerializer.Serialize(Text().Replace("\ud800", "", StringComparison.Ordinal)),
        6 => random.Next(-5, 200).ToString(CultureInfo.InvariantCulture),
        7 => $"{{\"n\":{random.Next(100)},\"text\":\"{Name()}\"}}",
        _ => Pick(JsonValues),
    };

    /// <summary>A JSON Patch whose operations mostly have existing paths.</summary>
    public string JsonPatch() => $"[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Operation()))}]";

    /// <summary>Sometimes changes bytes.</summary>
    public byte[] Mutate(byte[] bytes, int percent)
    {
        List<byte> changed = [.. bytes];
        while (changed.Count > 0 && Chance(percent))
        {
            int place = random.Next(changed.Count);
            switch (random.Next(5))
            {
                case 0:
                    changed[place] = (byte)random.Next(256);
                    break;
                case 1:
                    changed.Insert(place, (byte)random.Next(256));
                    break;
                case 2:
                    changed.RemoveAt(place);
                    break;
                case 3:
                    changed.RemoveRange(place, changed.Count - place);
                    break;
                default:
                    changed.InsertRange(place, changed.GetRange(place, Math.Min(changed.Count - place, random.Next(1, 20))));
                    break;
            }
        }

        return [.. changed];
    }

    private string Operation() =>
        $$"""{"op":"{{Pick(["add", "remove", "replace", "move", "copy", "test", "other"])}}","path":"{{Way()}}","from":"{{Way()}}","value":{{Json()}}}""";

    private string Way() => Pick(["", "/n", "/text", "/a", "/a/b", "/a/-", "/a/0", "/", "/~"]);

    private char Rune() => (char)(Chance(70) ? random.Next(' ', 127) : random.Next(1, 0xd800));

    private static string Nested(int depth) => new StringBuilder()
        .Insert(0, "{\"a\":", depth).Append("{}").Append('}', depth).ToString();
}
