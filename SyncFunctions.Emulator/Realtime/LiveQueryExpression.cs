using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>An expression of Twilio's Live Query language, which is tested on items' data.</summary>
/// <seealso href="https://www.twilio.com/docs/sync/live-query"/>
internal sealed partial class LiveQueryExpression
{
    // https://www.twilio.com/docs/api/errors/54509 and 54510: fewer than 30 each.
    private const int MaximumOperators = 29;
    private const int MaximumValues = 29;

    // The expression in postfix order: comparisons, each with its operand, and the operators that join the two results before them: AND is "&", OR is "|".
    private readonly List<(string Operator, string[] Field, string[] Values)> steps = [];

    private LiveQueryExpression()
    {
    }

    /// <summary>Reads an expression. An empty one matches all data.</summary>
    /// <exception cref="ProtocolException">It is not an expression, or has too many operators or values.</exception>
    public static LiveQueryExpression Parse(string text)
    {
        LiveQueryExpression expression = new();
        Queue<string> tokens = new(Tokens(text));
        if (tokens.Count > 0)
        {
            expression.Read(tokens);
        }

        return expression;
    }

    /// <summary>Checks whether an item's data matches it.</summary>
    /// <param name="data">The JSON text.</param>
    public bool Matches(string data)
    {
        byte[] json = Encoding.UTF8.GetBytes(data);
        Stack<bool> results = new([true]);
        foreach ((string @operator, string[] field, string[] values) in steps)
        {
            results.Push(@operator switch
            {
                "&" => results.Pop() & results.Pop(),
                "|" => results.Pop() | results.Pop(),
                _ => Find(json, field) is { } value && IsMet(@operator, value.Span, values),
            });
        }

        return results.Peek();
    }

    private static IEnumerable<string> Tokens(string text)
    {
        int end = 0;
        foreach (Match token in Token().Matches(text))
        {
            if (token.Index != end)
            {
                break;
            }

            end += token.Length;
            yield return token.Groups["token"].Value;
        }

        if (text.AsSpan(end).Trim().Length > 0)
        {
            throw ProtocolErrors.InvalidQuery();
        }
    }

    // Operators that bind more tightly are output first. An open parenthesis keeps the operators before it.
    private void Read(Queue<string> tokens)
    {
        Stack<string> waiting = new();
        int operators = 0;
        bool isValueNext = true;
        while (tokens.TryDequeue(out string? token))
        {
            string word = token.ToUpperInvariant();
            switch (word)
            {
                case "(" when isValueNext:
                    waiting.Push("(");
                    break;
                case ")" when !isValueNext:
                    while (waiting.TryPeek(out string? top) && top != "(")
                    {
                        steps.Add((waiting.Pop(), [], []));
                    }

                    if (!waiting.TryPop(out _))
                    {
                        throw ProtocolErrors.InvalidQuery();
                    }

                    break;
                case "AND" or "&&" or "OR" or "||" when !isValueNext:
                    string joint = word is "AND" or "&&" ? "&" : "|";
                    while (waiting.TryPeek(out string? before) && (before == "&" || before == joint))
                    {
                        steps.Add((waiting.Pop(), [], []));
                    }

                    waiting.Push(joint);
                    operators++;
                    isValueNext = true;
                    break;
                case var _ when isValueNext && Name().IsMatch(token):
                    steps.Add(Comparison(token, tokens));
                    operators++;
                    isValueNext = false;
                    break;
                default:
                    throw ProtocolErrors.InvalidQuery();
            }

            if (operators > MaximumOperators)
            {
                throw ProtocolErrors.TooManyOperators();
            }
        }

        while (waiting.TryPop(out string? joint))
        {
            steps.Add((joint == "(" ? throw ProtocolErrors.InvalidQuery() : joint, [], []));
        }

        if (isValueNext)
        {
            throw ProtocolErrors.InvalidQuery();
        }
    }

    private static (string Operator, string[] Field, string[] Values) Comparison(string name, Queue<string> tokens)
    {
        string[] field = name.Split('.');
        field = field is ["data", _, ..] ? field[1..] : field;
        string @operator = (tokens.TryDequeue(out string? word) ? word.ToUpperInvariant() : "") switch
        {
            "==" or "EQ" => "EQ",
            "!=" or "NOT_EQ" => "NOT_EQ",
            var known and ("IN" or "NOT_IN" or "CONTAINS") => known,
            _ => throw ProtocolErrors.InvalidQuery(),
        };
        return (@operator, field, @operator is "IN" or "NOT_IN" ? [.. Values(tokens)] : [Value(tokens)]);
    }

    private static List<string> Values(Queue<string> tokens)
    {
        List<string> values = [];
        Require(tokens, "[");
        if (tokens.TryPeek(out string? first) && first == "]")
        {
            tokens.Dequeue();
            return values;
        }

        values.Add(Value(tokens));
        while (tokens.TryPeek(out string? next) && next == ",")
        {
            tokens.Dequeue();
            values.Add(Value(tokens));
        }

        Require(tokens, "]");
        return values.Count <= MaximumValues ? values : throw ProtocolErrors.TooManyValues();
    }

    private static void Require(Queue<string> tokens, string wanted)
    {
        if (!tokens.TryDequeue(out string? token) || token != wanted)
        {
            throw ProtocolErrors.InvalidQuery();
        }
    }

    private static string Value(Queue<string> tokens) =>
        tokens.TryDequeue(out string? token) && token.StartsWith('"') && Text(Encoding.UTF8.GetBytes(token)) is { } value ? value : throw ProtocolErrors.InvalidQuery();

    private static ReadOnlyMemory<byte>? Find(ReadOnlyMemory<byte> json, string[] field)
    {
        ReadOnlyMemory<byte>? value = json;
        foreach (string name in field)
        {
            if (value is not { } container || Inner(container, name) is not { } inner)
            {
                return null;
            }

            value = inner;
        }

        return value;
    }

    private static ReadOnlyMemory<byte>? Inner(ReadOnlyMemory<byte> container, string name)
    {
        try
        {
            return container.Span[0] == '['
                ? Index().IsMatch(name) ? Elements(container).Skip(int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)).Cast<ReadOnlyMemory<byte>?>().FirstOrDefault() : null
                : JsonMembers.Read(container, Rules.MaximumDataDepth).Text(name);
        }
        catch (JsonException)
        {
            // A name has an unpaired surrogate.
            return null;
        }
    }

    private static List<ReadOnlyMemory<byte>> Elements(ReadOnlyMemory<byte> array)
    {
        List<ReadOnlyMemory<byte>> elements = [];
        Utf8JsonReader reader = new(array.Span, new JsonReaderOptions { MaxDepth = Rules.MaximumDataDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            elements.Add(array[start..(int)reader.BytesConsumed]);
        }

        return elements;
    }

    private static bool IsMet(string @operator, ReadOnlySpan<byte> value, string[] values)
    {
        if (@operator == "CONTAINS" && value[0] == '[')
        {
            return Elements(value.ToArray()).Exists(element => Text(element.Span) == values[0]);
        }

        string? text = Text(value);
        return @operator switch
        {
            "EQ" or "IN" => text is not null && values.Contains(text),
            "NOT_EQ" or "NOT_IN" => text is null || !values.Contains(text),
            _ => text?.Contains(values[0], StringComparison.Ordinal) == true,
        };
    }

    // No value if it is not a string, or has an unpaired surrogate.
    private static string? Text(ReadOnlySpan<byte> json)
    {
        try
        {
            Utf8JsonReader reader = new(json);
            return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    [GeneratedRegex("""\s*(?<token>"(?:[^"\\]|\\.)*"|==|!=|&&|\|\||[()\[\],]|[^\s()\[\],"=!<>&|]+)""", RegexOptions.NonBacktracking)]
    private static partial Regex Token();

    [GeneratedRegex("""^[^\s()\[\],"=!<>&|.]+(?:\.[^\s()\[\],"=!<>&|.]+)*\z""", RegexOptions.NonBacktracking)]
    private static partial Regex Name();

    [GeneratedRegex(@"^(?:0|[1-9][0-9]{0,5})\z")]
    private static partial Regex Index();
}
