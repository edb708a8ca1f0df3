using System.Globalization;

using static SyncFunctions.Store.Json.JsonCondition;

namespace SyncFunctions.Store.Json;

/// <summary>
/// Parses a condition by its grammar, with a method for each rule:
/// <code>
/// condition  = conjunction { OR conjunction }
/// conjunction = part { AND part }
/// part       = "(" condition ")" | comparison
/// comparison = field ( EQUAL | ORDER | CONTAINS ) value | field ( IN | NOT_IN ) list
/// list       = "[" [ value { "," value } ] "]"
/// value      = string | number | "true" | "false" | "null"
/// field      = name { "." name }
/// </code>
/// </summary>
/// <param name="parameter">The parameter that has it, for errors.</param>
/// <param name="fields">Gets the fields that the condition looks at.</param>
internal sealed class JsonConditionParser(string parameter, string text, JsonFields fields)
{
    private const int MaximumDepth = 64;

    private const string Operators = "an operator: ==, !=, <, <=, >, >=, IN, NOT_IN or CONTAINS";
    private const string Value = "a value: a string in double quotes, a number that a double can hold, true, false or null";

    // Operators of two characters come before their one-character prefixes.
    private static readonly (string Mark, Operator Operator)[] Marks =
    [
        ("==", Operator.Equal), ("!=", Operator.NotEqual), ("<=", Operator.LessOrEqual), (">=", Operator.GreaterOrEqual), ("<", Operator.Less), (">", Operator.Greater),
    ];

    private static readonly Dictionary<string, Operator> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["EQ"] = Operator.Equal,
        ["NOT_EQ"] = Operator.NotEqual,
        ["IN"] = Operator.In,
        ["NOT_IN"] = Operator.NotIn,
        ["CONTAINS"] = Operator.Contains,
    };

    private int position;

    /// <summary>Reads the whole text.</summary>
    /// <exception cref="ParameterException">It is not a condition.</exception>
    public Test Read()
    {
        Test condition = Condition(depth: 0);
        return IsAtEnd ? condition : throw Expected("AND, OR or the end");
    }

    private bool IsAtEnd
    {
        get
        {
            SkipBlanks();
            return position == text.Length;
        }
    }

    private Test Condition(int depth)
    {
        List<Test> parts = [Conjunction(depth)];
        while (Accept("||") || AcceptWord("OR"))
        {
            parts.Add(Conjunction(depth));
        }

        return parts is [var only] ? only : new Any(parts);
    }

    private Test Conjunction(int depth)
    {
        List<Test> parts = [Part(depth)];
        while (Accept("&&") || AcceptWord("AND"))
        {
            parts.Add(Part(depth));
        }

        return parts is [var only] ? only : new All(parts);
    }

    private Test Part(int depth)
    {
        SkipBlanks();
        int bracket = position;
        if (!Accept("("))
        {
            return ReadComparison();
        }

        if (depth == MaximumDepth)
        {
            position = bracket;
            throw Expected($"no more than {MaximumDepth} brackets within one another");
        }

        Test condition = Condition(depth + 1);
        return Accept(")") ? condition : throw Expected("AND, OR or )");
    }

    private Comparison ReadComparison()
    {
        int place = Field();
        Operator @operator = ReadOperator();
        return new Comparison(place, @operator, @operator switch
        {
            Operator.In or Operator.NotIn => List(),
            Operator.Less or Operator.LessOrEqual or Operator.Greater or Operator.GreaterOrEqual => [OrderedLiteral()],
            _ => [Literal()],
        });
    }

    private int Field()
    {
        SkipBlanks();
        return JsonFieldName.Read(text, ref position) is { } way
            ? fields.Add(way)
            : throw Expected($"a field: names with dots between them, {JsonFieldName.MaximumLength} at most, in double quotes if they have other characters");
    }

    private Operator ReadOperator()
    {
        foreach ((string mark, Operator marked) in Marks)
        {
            if (Accept(mark))
            {
                return marked;
            }
        }

        string word = Word();
        if (!Words.TryGetValue(word, out Operator named))
        {
            throw Expected(Operators);
        }

        position += word.Length;
        return named;
    }

    private List<JsonLiteral> List()
    {
        if (!Accept("["))
        {
            throw Expected("a list: values with commas between them, in [ and ]");
        }

        List<JsonLiteral> values = [];
        if (Accept("]"))
        {
            return values;
        }

        do
        {
            values.Add(Literal());
        }
        while (Accept(","));

        return Accept("]") ? values : throw Expected("a comma or ]");
    }

    private JsonLiteral OrderedLiteral()
    {
        SkipBlanks();
        int start = position;
        JsonLiteral literal = Literal();
        if (!literal.HasOrder)
        {
            position = start;
            throw Expected("a string or a number: nothing else is larger or smaller");
        }

        return literal;
    }

    private JsonLiteral Literal()
    {
        SkipBlanks();
        if (position < text.Length && text[position] == '"')
        {
            return JsonLiteral.OfString(
                JsonFieldName.ReadString(text, ref position) ?? throw Expected("a string as JSON writes it, with a quote at its end"));
        }

        // A point is part of a number, but not part of a name.
        int end = position;
        while (end < text.Length && (JsonFieldName.HasName(text[end]) || text[end] == '.'))
        {
            end++;
        }

        JsonLiteral literal = JsonLiteral.OfWord(text[position..end]) ?? throw Expected(Value);
        position = end;
        return literal;
    }

    private bool Accept(string mark)
    {
        SkipBlanks();
        if (!text.AsSpan(position).StartsWith(mark, StringComparison.Ordinal))
        {
            return false;
        }

        position += mark.Length;
        return true;
    }

    private bool AcceptWord(string wanted)
    {
        string word = Word();
        if (!word.Equals(wanted, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        position += word.Length;
        return true;
    }

    private string Word()
    {
        SkipBlanks();
        int end = position;
        while (end < text.Length && JsonFieldName.HasName(text[end]))
        {
            end++;
        }

        return text[position..end];
    }

    private void SkipBlanks()
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
        {
            position++;
        }
    }

    private ParameterException Expected(string what) => new(
        parameter, $"cannot be read at character {(position + 1).ToString(CultureInfo.InvariantCulture)}: expected {what}.");
}
