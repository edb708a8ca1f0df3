using System.Globalization;
using System.Text;
using System.Text.Json;

using SyncFunctions.Store;

namespace SyncFunctions.Functions.Binding;

/// <summary>What a call gives for a parameter: a JSON value, or the text of a form's or a query's field.</summary>
internal readonly struct ParameterValue
{
    private readonly JsonElement? json;
    private readonly string? text;

    /// <summary>Creates a value that came as JSON.</summary>
    public ParameterValue(string name, JsonElement json) => (Name, this.json) = (name, json);

    /// <summary>Creates a value that came as text.</summary>
    public ParameterValue(string name, string text) => (Name, this.text) = (name, text);

    /// <summary>Gets the parameter's name.</summary>
    public string Name { get; }

    /// <summary>Creates the refusal of the value.</summary>
    /// <param name="rule">What it must be: "must be …".</param>
    public ParameterException Refuse(string rule) => new(Name, rule);

    /// <summary>Reads a text that is not empty.</summary>
    public string AsText()
    {
        string value = json switch
        {
            null => text!,
            { ValueKind: JsonValueKind.String } => JsonText(json.Value),
            _ => throw Refuse("must be a string."),
        };
        return value.Length > 0 ? value : throw Refuse("must not be empty.");
    }

    /// <summary>Reads a value as text, whether it came as text or as a JSON number; <c>""</c>, which no number is, for anything else.</summary>
    public string AsNumberText() => json switch
    {
        null => text!,
        { ValueKind: JsonValueKind.String } => JsonText(json.Value),
        { ValueKind: JsonValueKind.Number } => json.Value.GetRawText(),
        _ => "",
    };

    /// <summary>Reads a whole number, written without sign, point or exponent; <see langword="null"/> for anything else.</summary>
    public long? AsInteger() =>
        long.TryParse(AsNumberText(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    /// <summary>Reads a truth value; <see langword="null"/> for anything else.</summary>
    public bool? AsBoolean() => json?.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        // As other languages write them: True, FALSE.
        null when text!.Equals("true", StringComparison.OrdinalIgnoreCase) => true,
        null when text!.Equals("false", StringComparison.OrdinalIgnoreCase) => false,
        _ => null,
    };

    /// <summary>Reads texts: the strings of a JSON array, or of its text, or what stands between the commas of a text; <see langword="null"/> for anything else.</summary>
    public IReadOnlyList<string>? AsTexts()
    {
        JsonElement? array = json;
        if (json is null or { ValueKind: JsonValueKind.String })
        {
            string list = AsText();
            if (!list.StartsWith('['))
            {
                return list.Split(',', StringSplitOptions.TrimEntries);
            }

            array = RequestBody.TryParse(Encoding.UTF8.GetBytes(list));
        }

        return array is { ValueKind: JsonValueKind.Array } && array.Value.EnumerateArray().All(element => element.ValueKind == JsonValueKind.String)
            ? [.. array.Value.EnumerateArray().Select(JsonText)]
            : null;
    }

    /// <summary>Reads a JSON value, or one whose text was given.</summary>
    /// <param name="what">What it is to be, for errors.</param>
    public JsonElement AsJson(string what = "object") =>
        json ?? RequestBody.TryParse(Encoding.UTF8.GetBytes(text!)) ?? throw Refuse($"must be the text of a JSON {what}.");

    private string JsonText(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Refuse("must not have a lone surrogate (an escape of half a character).");
        }
    }
}
