using SyncFunctions.Client;

namespace SyncFunctions.Store.Json;

/// <summary>
/// A condition on an item's data, in the language of Twilio's Live Query: <c>status == "busy" AND (score &gt;= 10 OR team IN ["a", "b"])</c>. It is parsed
/// once and tested on the text of any number of items, each of which is scanned once.
/// </summary>
/// <seealso href="https://www.twilio.com/docs/sync/live-query"/>
public sealed class JsonCondition
{
    /// <summary>The maximum number of characters of a condition.</summary>
    public const int MaximumLength = 4096;

    private readonly JsonFields fields;
    private readonly Test test;

    private JsonCondition(string text, JsonFields fields, Test test) => (Text, this.fields, this.test) = (text, fields, test);

    /// <summary>Gets the condition's text, unchanged.</summary>
    public string Text { get; }

    /// <summary>Reads a condition.</summary>
    /// <param name="parameter">The parameter that has it.</param>
    /// <param name="text">At most <see cref="MaximumLength"/> characters.</param>
    /// <exception cref="ParameterException">It is too long, or not a condition; the message gives the position of the error.</exception>
    public static JsonCondition Parse(string parameter, string text)
    {
        JsonFields fields = new();
        return text.Length <= MaximumLength
            ? new JsonCondition(text, fields, new JsonConditionParser(parameter, text, fields).Read())
            : throw new ParameterException(parameter, $"must not be longer than {MaximumLength} characters.");
    }

    /// <summary>Checks whether an item's data meets the condition.</summary>
    /// <param name="data">Valid JSON.</param>
    public bool Matches(JsonText data)
    {
        ReadOnlySpan<byte> utf8 = data.Utf8;
        return test.IsMet(utf8, fields.Find(utf8));
    }

    /// <summary>A condition, or a part of one.</summary>
    internal abstract class Test
    {
        /// <summary>Checks whether the values of an item meet it.</summary>
        /// <param name="data">The item's data.</param>
        /// <param name="found">The values of the condition's fields in it.</param>
        public abstract bool IsMet(ReadOnlySpan<byte> data, FoundValue[] found);
    }

    /// <summary>Is met if all of its parts are.</summary>
    internal sealed class All(IReadOnlyList<Test> parts) : Test
    {
        /// <inheritdoc/>
        public override bool IsMet(ReadOnlySpan<byte> data, FoundValue[] found)
        {
            foreach (Test part in parts)
            {
                if (!part.IsMet(data, found))
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Is met if one of its parts is.</summary>
    internal sealed class Any(IReadOnlyList<Test> parts) : Test
    {
        /// <inheritdoc/>
        public override bool IsMet(ReadOnlySpan<byte> data, FoundValue[] found)
        {
            foreach (Test part in parts)
            {
                if (part.IsMet(data, found))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Compares a field's value. If an item does not have the field, every comparison is false.</summary>
    /// <param name="place">The value's index among the values that were found.</param>
    /// <param name="values">The value or values to compare it with.</param>
    internal sealed class Comparison(int place, Operator @operator, IReadOnlyList<JsonLiteral> values) : Test
    {
        /// <inheritdoc/>
        public override bool IsMet(ReadOnlySpan<byte> data, FoundValue[] found)
        {
            FoundValue value = found[place];
            return value.IsThere && @operator switch
            {
                Operator.Equal or Operator.In => IsOneOf(value, data),
                Operator.NotEqual or Operator.NotIn => !IsOneOf(value, data),
                Operator.Contains => values[0].IsIn(value, data),
                Operator.Less => values[0].Compare(value, data) < 0,
                Operator.LessOrEqual => values[0].Compare(value, data) <= 0,
                Operator.Greater => values[0].Compare(value, data) > 0,
                _ => values[0].Compare(value, data) >= 0,
            };
        }

        private bool IsOneOf(FoundValue value, ReadOnlySpan<byte> data)
        {
            foreach (JsonLiteral candidate in values)
            {
                if (candidate.Equals(value, data))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>The operator of a comparison.</summary>
    internal enum Operator
    {
        /// <summary><c>==</c></summary>
        Equal,

        /// <summary><c>!=</c></summary>
        NotEqual,

        /// <summary><c>&lt;</c></summary>
        Less,

        /// <summary><c>&lt;=</c></summary>
        LessOrEqual,

        /// <summary><c>&gt;</c></summary>
        Greater,

        /// <summary><c>&gt;=</c></summary>
        GreaterOrEqual,

        /// <summary><c>IN</c></summary>
        In,

        /// <summary><c>NOT_IN</c></summary>
        NotIn,

        /// <summary><c>CONTAINS</c></summary>
        Contains,
    }
}
