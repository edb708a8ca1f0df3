using System.Globalization;
using System.Text;
using System.Text.Json;

using SyncFunctions.Store;

namespace SyncFunctions.Functions.Binding;

/// <summary>A parameter's value in a call: a JSON value, or the text of a field in a form or query.</summary>
internal readonly struct ParameterValue
{
    private readonly JsonElement? json;
    private readonly string? text;

    /// <summary>Creates a value from JSON.</summary>
    public ParameterValue(string name, JsonElement json) => (Name, this.json) = (name, json);

    /// <summary>Creates a value from text.</summary>
    public ParameterValue(string name, string text) => (Name, this.text) = (name, text);

    /// <summary>Gets the parameter's name.</summary>
    public string Name { get; }

    /// <summary>Creates the exception that refuses the value.</summary>
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

    /// <summary>Reads the text of a number, from text or a JSON number; <c>""</c>, which is never a number, for anything else.</summary>
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
        // Also in the case of other languages: True, FALSE.
        null when text!.Equals("true", StringComparison.OrdinalIgnoreCase) => true,
        null when text!.Equals("false", StringComparison.OrdinalIgnoreCase) => false,
        _ => null,
    };

    /// <summary>
    /// Reads texts from a JSON array of strings, the text of such an array, or text separated by commas; <see langword="null"/> for anything else.
    /// </summary>
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

    /// <summary>Reads a JSON value, or the text of one.</summary>
    /// <param name="what">The expected type, for errors.</param>
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
