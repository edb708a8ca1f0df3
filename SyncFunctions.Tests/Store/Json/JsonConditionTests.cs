using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using SyncFunctions.Client;
using SyncFunctions.Emulator.Realtime;
using SyncFunctions.Store;
using SyncFunctions.Store.Json;

namespace SyncFunctions.Tests.Store.Json;

/// <summary>The language of <c>where</c>: what it accepts, what it refuses and at which position, and which data match it.</summary>
public sealed class JsonConditionTests
{
    private const string Call =
        """
        {"answer":"yes","status":"busy","score":10,"half":0.5,"done":true,"open":false,"nothing":null,"call":{"from":"+15551234567","tags":["vip","new"],"legs":[{"ms":5},{"ms":7}]},
         "empty":"","in":"word","data":{"x":1},"a b":{"c.d":2},"or":"x","émoji":"a😀b","big":9007199254740993,"list":[1,2.0,"3",null,true,[4]],"quote":"a\"b\\c"}
        """;

    [Theory]
    [InlineData("""answer == "yes" """, true)]
    [InlineData("""answer=="yes" """, true)]
    [InlineData("""answer EQ "yes" """, true)]
    [InlineData("""answer eq "no" """, false)]
    [InlineData("""answer != "yes" """, false)]
    [InlineData("""answer NOT_EQ "no" """, true)]
    [InlineData("""answer IN ["no","yes"]""", true)]
    [InlineData("""answer in [ "no" , "maybe" ]""", false)]
    [InlineData("answer IN []", false)]
    [InlineData("answer NOT_IN []", true)]
    [InlineData("""answer NOT_IN ["no"]""", true)]
    [InlineData("""answer not_in ["no","yes"]""", false)]
    [InlineData("""answer CONTAINS "es" """, true)]
    [InlineData("""answer contains "ES" """, false)]
    [InlineData("""empty == "" AND answer CONTAINS "" """, true)]
    [InlineData("""answer == "yes" AND status == "busy" """, true)]
    [InlineData("""answer == "yes" && status == "free" """, false)]
    [InlineData("""answer == "no" OR status == "busy" """, true)]
    [InlineData("""answer == "no" || status == "free" """, false)]
    [InlineData("""answer == "yes" OR answer == "x" AND status == "free" """, true)]
    [InlineData("""(answer == "yes" OR answer == "x") AND status == "free" """, false)]
    [InlineData("""( ( (answer == "yes") ) )""", true)]
    // The data's own names.
    [InlineData("""data.answer == "yes" """, true)]
    [InlineData("data.data.x == 1", true)]
    [InlineData("data.x == 1", false)]
    [InlineData("\"data\".x == 1", true)]
    [InlineData("""call.from == "+15551234567" """, true)]
    [InlineData("data.call.legs.1.ms == 7", true)]
    [InlineData("call.legs.2.ms == 7", false)]
    [InlineData("call.legs.01.ms == 7", false)]
    [InlineData("\"a b\".\"c.d\" == 2", true)]
    [InlineData("""in IN ["word"] AND or == "x" """, true)]
    [InlineData("""émoji CONTAINS "😀b" """, true)]
    [InlineData("""émoji == "a\ud83d\ude00b" """, true)]
    [InlineData("""quote == "a\"b\\c" AND quote CONTAINS "\"b" """, true)]
    // Kinds of values.
    [InlineData("done == true AND open == false AND nothing == null", true)]
    [InlineData("""done == "true" OR score == "10" OR nothing == "null" OR nothing == false""", false)]
    [InlineData("""done != "true" AND score != "10" AND nothing != 0""", true)]
    [InlineData("score == 10 AND score == 10.0 AND score == 1e1 AND score == 100e-1", true)]
    [InlineData("score > 9 AND score >= 10 AND score <= 10 AND score < 10.5 AND half < 1 AND half > -1", true)]
    [InlineData("score < 10 OR score > 10", false)]
    [InlineData("big == 9007199254740993", true)]
    [InlineData("big == 9007199254740992 OR big > 9007199254740993 OR big < 9007199254740993", false)]
    [InlineData("big > 9007199254740992.999", true)]
    [InlineData("""score < "9" OR score > "9" OR answer < 5 OR answer > 5 OR done > 0 OR nothing < 1 OR list > 0""", false)]
    [InlineData("""status < "bv" AND status > "Busy" AND status <= "busy" AND status >= "busy" """, true)]
    [InlineData("score IN [1, 10.00, \"x\", null, true]", true)]
    [InlineData("nothing IN [1, null]", true)]
    // Lists and objects.
    [InlineData("call.tags CONTAINS \"vip\"", true)]
    [InlineData("call.tags CONTAINS \"vi\"", false)]
    [InlineData("list CONTAINS 2 AND list CONTAINS \"3\" AND list CONTAINS null AND list CONTAINS true", true)]
    [InlineData("list CONTAINS 3 OR list CONTAINS false OR list CONTAINS 4", false)]
    [InlineData("call.tags == \"vip\" OR call == \"x\" OR call IN [null, true, 0]", false)]
    [InlineData("call.tags != \"vip\" AND call NOT_IN [null]", true)]
    [InlineData("answer CONTAINS 5", false)]
    // What is not there.
    [InlineData("missing == null OR missing != null OR missing != \"x\" OR missing NOT_IN [1] OR missing < 1 OR missing CONTAINS \"\"", false)]
    [InlineData("answer.x != 1 OR nothing.x != 1 OR call.from.0 != 1 OR list.x != 1", false)]
    [InlineData("Answer != 1", false)]
    public void Data_meet_a_condition_or_not(string condition, bool expected)
    {
        JsonCondition.Parse("where", condition).Matches(Data(Call)).Should().Be(expected);
        Reference.IsMet(condition, JsonNode.Parse(Call)).Should().Be(expected, "the reference reads it alike");
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""", "a == 2", true)]
    [InlineData("""{"a":1,"a":2}""", "a == 1", false)]
    [InlineData("""{"a":1,"\u0061":2}""", "a == 2", true)]
    [InlineData("""{"a":{"b":1},"a":{"c":1}}""", "a.b == 1", false)]
    [InlineData("""{"a":{"b":1},"a":7}""", "a.b == 1", false)]
    [InlineData("""{"a":{"b":1,"b":{"b":1}}}""", "a.b == 1", false)]
    [InlineData("""{"\ud800":1,"a":"\ud800","b":1}""", "b == 1", true)]
    [InlineData("""{"a":"\ud800"}""", "a != \"x\"", true)]
    [InlineData("""{"a":"\ud800"}""", "a == \"\" OR a < \"x\" OR a > \"x\" OR a CONTAINS \"\"", false)]
    [InlineData("""{"a":1e400}""", "a > 0 OR a < 0 OR a == 0", false)]
    [InlineData("""{"a":1e400}""", "a != 0", true)]
    [InlineData("""{"a":-0.0}""", "a == 0 AND a == -0 AND a == 0e5 AND a >= 0", true)]
    [InlineData("""{"a":"\u0079es"}""", "a == \"yes\" AND a CONTAINS \"ye\" AND a < \"yet\"", true)]
    [InlineData("""{"a":"😀"}""", "a < \"\\uffff\" AND a > \"a\"", true)]
    [InlineData("""[{"a":1}]""", "0.a == 1", true)]
    [InlineData("null", "a != 1", false)]
    [InlineData("5", "a != 1", false)]
    [InlineData("""{"a":[[1,[2]],{"b":[3]}]}""", "a.0.1.0 == 2 AND a.1.b.0 == 3 AND a.1.b CONTAINS 3", true)]
    public void Text_is_read_as_JSON_readers_read_it(string data, string condition, bool expected) =>
        JsonCondition.Parse("where", condition).Matches(Data(data)).Should().Be(expected);

    [Fact]
    public void No_text_at_all_has_no_fields() => JsonCondition.Parse("where", "a != 1").Matches(default).Should().BeFalse();

    [Theory]
    [InlineData("", 1, "a field")]
    [InlineData("   ", 4, "a field")]
    [InlineData("a", 2, "an operator")]
    [InlineData("a ==", 5, "a value")]
    [InlineData("a == ", 6, "a value")]
    [InlineData("a = 1", 3, "an operator")]
    [InlineData("a === 1", 5, "a value")]
    [InlineData("a <> 1", 4, "a value")]
    [InlineData("a == yes", 6, "a value")]
    [InlineData("a == 'yes'", 6, "a value")]
    [InlineData("a == TRUE", 6, "a value")]
    [InlineData("a == 1e400", 6, "a double")]
    [InlineData("a == -1e400", 6, "a double")]
    [InlineData("a == 1e-400", 6, "a double")]
    [InlineData("a IN [1, 1e999999999999]", 10, "a double")]
    [InlineData("a == 01", 6, "a value")]
    [InlineData("a == +1", 6, "a value")]
    [InlineData("a == .5", 6, "a value")]
    [InlineData("a == 1.", 6, "a value")]
    [InlineData("a == 0x10", 6, "a value")]
    [InlineData("a == NaN", 6, "a value")]
    [InlineData("a == b", 6, "a value")]
    [InlineData("a == 1AND b == 2", 6, "a value")]
    [InlineData("a == \"x", 6, "a string")]
    [InlineData("a == \"x\\", 6, "a string")]
    [InlineData("a == \"\\x\"", 6, "a string")]
    [InlineData("a == \"\\ud83d\"", 6, "a string")]
    [InlineData("a == \"x\ny\"", 6, "a string")]
    [InlineData("a == [1]", 6, "a value")]
    [InlineData("a == {}", 6, "a value")]
    [InlineData("a == ()", 6, "a value")]
    [InlineData("a IN 1", 6, "a list")]
    [InlineData("a IN [1", 8, "a comma or ]")]
    [InlineData("a IN [1,]", 9, "a value")]
    [InlineData("a IN [1 2]", 9, "a comma or ]")]
    [InlineData("a NOT IN [1]", 3, "an operator")]
    [InlineData("NOT a == 1", 5, "an operator")]
    [InlineData("a < true", 5, "a string or a number")]
    [InlineData("a >= null", 6, "a string or a number")]
    [InlineData("(a == 1", 8, "AND, OR or )")]
    [InlineData("a == 1)", 7, "the end")]
    [InlineData("a == 1 b == 2", 8, "AND, OR")]
    [InlineData("a == 1 AND", 11, "a field")]
    [InlineData("a == 1 AND OR b == 2", 15, "an operator")]
    [InlineData("AND a == 1", 5, "an operator")]
    [InlineData("()", 2, "a field")]
    [InlineData("a..b == 1", 3, "a field")]
    [InlineData("a. == 1", 3, "a field")]
    [InlineData(".a == 1", 1, "a field")]
    [InlineData("a .b == 1", 3, "an operator")]
    [InlineData("\"a == 1", 1, "a field")]
    [InlineData("a == 1; drop", 6, "a value")]
    [InlineData("a LIKE \"x\"", 3, "an operator")]
    public void An_invalid_condition_is_refused_with_its_position(string condition, int character, string expected)
    {
        ParameterException refusal = Refusal(condition);

        (refusal.Parameter, refusal.Status).Should().Be(("where", 400));
        refusal.Message.Should().StartWith($"where cannot be read at character {character}: expected ").And.Contain(expected);
    }

    [Fact]
    public void Size_and_depth_have_bounds()
    {
        Refusal(new string('(', 10_000)).Message.Should().Be("where must not be longer than 4096 characters.");
        Refusal(new string('(', 4096)).Message.Should().Be("where cannot be read at character 65: expected no more than 64 brackets within one another.");
        Refusal($"{string.Join('.', Enumerable.Repeat("a", 65))} == 1").Message.Should().Contain("at character 129: expected a field");
        Parse($"{new string('(', 64)}a == 1{new string(')', 64)}").Matches(Data("""{"a":1}""")).Should().BeTrue();
        Parse(string.Join(" OR ", Enumerable.Repeat("a == 1", 409))).Matches(Data("""{"a":1}""")).Should().BeTrue();

        string way = string.Join('.', Enumerable.Repeat("a", 64));
        string nested = $"{string.Concat(Enumerable.Repeat("{\"a\":", 64))}1{new string('}', 64)}";
        Parse($"{way} == 1").Matches(Data(nested)).Should().BeTrue();
    }

    [Fact]
    public void Data_of_nothing_but_brackets_is_read()
    {
        string deep = $$"""{"a":{{new string('[', 8000)}}{{new string(']', 8000)}},"b":1}""";

        Parse("b == 1 AND a != 5").Matches(Data(deep)).Should().BeTrue();
        Parse("a.0.0.0 != 1 AND b == 1 AND a CONTAINS 1").Matches(Data(deep)).Should().BeFalse();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_conditions_match_random_data_as_in_a_second_implementation(int seed)
    {
        // The same every time: what fails can be found again.
        Random random = new(seed);
        int met = 0;
        for (int i = 0; i < 4000; i++)
        {
            string condition = Made.Condition(random, depth: 3);
            string data = Made.Object(random, depth: 3);
            bool expected = Reference.IsMet(condition, JsonNode.Parse(data));
            Parse(condition).Matches(Data(data)).Should().Be(expected, "{0} of {1}", condition, data);
            met += expected ? 1 : 0;
        }

        met.Should().BeInRange(400, 3600, "else it tells little");
    }

    [Fact]
    public void Twilios_own_words_mean_the_same_as_in_the_emulators_live_queries()
    {
        Random random = new(5);
        int met = 0;
        for (int i = 0; i < 4000; i++)
        {
            string condition = Made.LiveQuery(random, depth: 3);
            string data = Made.Object(random, depth: 3);
            bool expected = LiveQueryExpression.Parse(condition).Matches(data);
            Parse(condition).Matches(Data(data)).Should().Be(expected, "{0} of {1}", condition, data);
            met += expected ? 1 : 0;
        }

        met.Should().BeInRange(400, 3600, "else it tells little");
    }

    [Fact]
    public void Damaged_conditions_are_read_or_refused_by_their_parameter()
    {
        const string Marks = "()[]\"=!<>&|.,\\ \n\0\ud800é1e";
        Random random = new(4);
        int refused = 0;
        for (int i = 0; i < 20_000; i++)
        {
            StringBuilder text = new(Made.Condition(random, depth: 3));
            for (int changes = random.Next(1, 4); changes > 0 && text.Length > 0; changes--)
            {
                int place = random.Next(text.Length);
                _ = random.Next(3) switch
                {
                    0 => text.Remove(place, 1),
                    1 => text.Insert(place, Marks[random.Next(Marks.Length)]),
                    _ => text.Remove(place, random.Next(text.Length - place)),
                };
            }

            try
            {
                Parse(text.ToString()).Matches(Data(Call));
            }
            catch (ParameterException refusal)
            {
                refusal.Parameter.Should().Be("where");
                refused++;
            }
        }

        refused.Should().BeInRange(2000, 19_000);
    }

    private static JsonCondition Parse(string condition) => JsonCondition.Parse("where", condition);

    private static ParameterException Refusal(string condition) =>
        ((Action)(() => Parse(condition))).Should().Throw<ParameterException>().Which;

    private static JsonText Data(string json) => new(Encoding.UTF8.GetBytes(json));

    /// <summary>Generates conditions and data with the same names and values.</summary>
    private static class Made
    {
        private static readonly string[] Names = ["a", "b", "c", "in", "data", "0", "1", "x-y", "é"];

        private static readonly string[] Values =
            ["\"\"", "\"a\"", "\"ab\"", "\"b\"", "\"10\"", "\"é😀\"", "\"\\u0061b\"", "0", "1", "1.0", "-1", "10", "1e1", "0.1", "9007199254740993", "9007199254740992", "1e300", "true", "false", "null"];

        public static string Condition(Random random, int depth) => random.Next(depth > 0 ? 5 : 2) switch
        {
            2 => $"({Condition(random, depth - 1)})",
            3 => $"{Condition(random, depth - 1)} {Pick(random, "AND", "and", "&&")} {Condition(random, depth - 1)}",
            4 => $"{Condition(random, depth - 1)}{Pick(random, " OR ", " or ", "||")}{Condition(random, depth - 1)}",
            _ => Comparison(random),
        };

        // Strings alone, and names without quotes.
        public static string LiveQuery(Random random, int depth)
        {
            string value = Pick(random, [.. Values.Where(value => value.StartsWith('"'))]);
            string field = string.Join('.', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pick(random, Names)));
            return random.Next(depth > 0 ? 5 : 2) switch
            {
                1 => $"{field} {Pick(random, "IN", "NOT_IN", "not_in")} [{value},{Pick(random, "\"a\"", "\"é😀\"")}]",
                2 => $"({LiveQuery(random, depth - 1)})",
                3 => $"{LiveQuery(random, depth - 1)} {Pick(random, "AND", "and", "&&")} {LiveQuery(random, depth - 1)}",
                4 => $"{LiveQuery(random, depth - 1)}{Pick(random, " OR ", " or ", "||")}{LiveQuery(random, depth - 1)}",
                _ => $"{field} {Pick(random, "==", "!=", "EQ", "not_eq", "CONTAINS")} {value}",
            };
        }

        public static string Object(Random random, int depth)
        {
            IEnumerable<string> names = Names.Where(_ => random.Next(3) > 0).OrderBy(_ => random.Next());
            return $"{{{string.Join(',', names.Select(name => $"\"{name}\":{Value(random, depth - 1)}"))}}}";
        }

        private static string Value(Random random, int depth) => random.Next(depth > 0 ? 6 : 4) switch
        {
            4 => Object(random, depth),
            5 => $"[{string.Join(", ", Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth - 1)))}]",
            _ => Pick(random, Values),
        };

        private static string Comparison(Random random)
        {
            string field = string.Join('.', Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(4) == 0 ? $"\"{Pick(random, Names)}\"" : Pick(random, Names)));
            return random.Next(4) switch
            {
                0 => $"{field} {Pick(random, "IN", "NOT_IN", "not_in")} [{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Pick(random, Values)))}]",
                1 => $"{field}{Pick(random, "<", "<=", " > ", ">= ")}{Pick(random, [.. Values.Where(value => value is not ("true" or "false" or "null"))])}",
                _ => $"{field} {Pick(random, "==", "!=", "EQ", "not_eq", "CONTAINS")} {Pick(random, Values)}",
            };
        }

        private static string Pick(Random random, params string[] of) => of[random.Next(of.Length)];
    }

    /// <summary>
    /// A second implementation of the language: it splits a condition into words, goes through them from the right operator down, and looks values up in
    /// a tree.
    /// </summary>
    private static class Reference
    {
        public static bool IsMet(string condition, JsonNode? data)
        {
            Queue<string> words = new(Words(condition));
            bool met = Any(words, data);
            words.Should().BeEmpty();
            return met;
        }

        private static IEnumerable<string> Words(string condition) =>
            System.Text.RegularExpressions.Regex.Matches(condition, """
                (?x) (?: "(?:[^"\\]|\\.)*" | [^\s()\[\],"=!<>&|.] )+ (?: \. (?: "(?:[^"\\]|\\.)*" | [^\s()\[\],"=!<>&|.]+ ) )*  |  == | != | <= | >= | < | > | && | \|\| | [()\[\],]
                """).Select(match => match.Value);

        private static bool Any(Queue<string> words, JsonNode? data)
        {
            bool met = AllOf(words, data);
            while (words.TryPeek(out string? word) && word is "OR" or "or" or "||")
            {
                words.Dequeue();
                met |= AllOf(words, data);
            }

            return met;
        }

        private static bool AllOf(Queue<string> words, JsonNode? data)
        {
            bool met = Single(words, data);
            while (words.TryPeek(out string? word) && word is "AND" or "and" or "&&")
            {
                words.Dequeue();
                met &= Single(words, data);
            }

            return met;
        }

        private static bool Single(Queue<string> words, JsonNode? data)
        {
            string field = words.Dequeue();
            if (field == "(")
            {
                bool met = Any(words, data);
                words.Dequeue().Should().Be(")");
                return met;
            }

            bool isThere = TryFind(data, field, out JsonNode? value);
            string @operator = words.Dequeue().ToUpperInvariant();
            List<JsonNode?> operands = [];
            if (@operator is "IN" or "NOT_IN")
            {
                for (words.Dequeue(); words.Peek() != "]";)
                {
                    if (words.Peek() == ",")
                    {
                        words.Dequeue();
                    }

                    operands.Add(JsonNode.Parse(words.Dequeue()));
                }

                words.Dequeue();
            }
            else
            {
                operands.Add(JsonNode.Parse(words.Dequeue()));
            }

            return isThere && @operator switch
            {
                "==" or "EQ" or "IN" => operands.Exists(operand => AreEqual(value, operand)),
                "!=" or "NOT_EQ" or "NOT_IN" => !operands.Exists(operand => AreEqual(value, operand)),
                "CONTAINS" => value is JsonArray array
                    ? array.Any(element => AreEqual(element, operands[0]))
                    : IsText(value) && IsText(operands[0]) && value!.GetValue<string>().Contains(operands[0]!.GetValue<string>(), StringComparison.Ordinal),
                "<" => Compare(value, operands[0]) < 0,
                "<=" => Compare(value, operands[0]) <= 0,
                ">" => Compare(value, operands[0]) > 0,
                ">=" => Compare(value, operands[0]) >= 0,
                _ => throw new InvalidOperationException(@operator),
            };
        }

        private static bool TryFind(JsonNode? data, string field, out JsonNode? value)
        {
            string[] names = [.. System.Text.RegularExpressions.Regex.Matches(field, "\"(?:[^\"\\\\]|\\\\.)*\"|[^.\"]+").Select(match => match.Value)];
            if (names.Length > 1 && names[0] == "data")
            {
                names = names[1..];
            }

            value = data;
            foreach (string name in names.Select(name => name.StartsWith('"') ? JsonSerializer.Deserialize<string>(name)! : name))
            {
                if (value is JsonObject container && container.TryGetPropertyValue(name, out JsonNode? member))
                {
                    value = member;
                }
                else if (value is JsonArray array && int.TryParse(name, NumberStyles.None, null, out int index) && $"{index}" == name && index < array.Count)
                {
                    value = array[index];
                }
                else
                {
                    return false;
                }
            }

            return true;
        }

        private static bool AreEqual(JsonNode? left, JsonNode? right) =>
            left?.GetValueKind() == right?.GetValueKind() && left is not (JsonObject or JsonArray) && (left is null || (left.GetValueKind() switch
            {
                JsonValueKind.Number or JsonValueKind.String => Compare(left, right) == 0,
                _ => true,
            }));

        private static int? Compare(JsonNode? left, JsonNode? right) => (left?.GetValueKind(), right?.GetValueKind()) switch
        {
            (JsonValueKind.String, JsonValueKind.String) => string.CompareOrdinal(left!.GetValue<string>(), right!.GetValue<string>()),
            (JsonValueKind.Number, JsonValueKind.Number) => Whole(left!.ToJsonString()).CompareTo(Whole(right!.ToJsonString())),
            _ => null,
        };

        // In thousandths, which is enough for the numbers that are made here.
        private static BigInteger Whole(string number)
        {
            string[] parts = number.ToLowerInvariant().Split('e');
            int exponent = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
            string[] digits = parts[0].Split('.');
            string fraction = digits.Length > 1 ? digits[1] : "";
            return BigInteger.Parse(digits[0] + fraction, CultureInfo.InvariantCulture) * BigInteger.Pow(10, 3 + exponent - fraction.Length);
        }

        private static bool IsText(JsonNode? value) => value?.GetValueKind() == JsonValueKind.String;
    }
}
