using SyncFunctions.Client;
using SyncFunctions.Store.Json;

namespace SyncFunctions.Store.Jobs;

/// <summary>Reads the input of a job.</summary>
internal sealed class JobInput
{
    private readonly Dictionary<string, JsonText> members;

    private JobInput(Dictionary<string, JsonText> members) => this.members = members;

    /// <summary>Reads an object whose members are known. A <c>null</c> counts as missing.</summary>
    /// <exception cref="ParameterException">A member is unknown.</exception>
    public static JobInput Read(JsonText input, params IReadOnlyList<string> known)
    {
        JobInput read = new((input.Members() ?? [])
            .Where(member => member.IsRead && member.Value.GetRawText() != "null")
            .ToDictionary(member => member.Name!, member => member.Value, StringComparer.Ordinal));
        return read.members.Keys.FirstOrDefault(name => !known.Contains(name)) is { } unknown
            ? throw Refuse(unknown, $"is unknown. Known are {string.Join(", ", known)}.")
            : read;
    }

    /// <summary>Reads a text, or <see langword="null"/> if there is none.</summary>
    public string? Text(string name) => members.TryGetValue(name, out JsonText value)
        ? JsonText.StringOf(value.Utf8) is { Length: > 0 } text ? text : throw Refuse(name, "must be a text that is not empty.")
        : null;

    /// <summary>Reads a condition on items' data, or <see langword="null"/> if there is none.</summary>
    public JsonCondition? Condition(string name) => Text(name) is { } text ? JsonCondition.Parse($"input.{name}", text) : null;

    /// <summary>Reads a field of items' data, or <see langword="null"/> if there is none.</summary>
    public JsonPointer? Field(string name) => Text(name) is { } text
        ? JsonFieldName.Parse(text) ?? throw Refuse(name, "must be a field such as call.duration, or a JSON pointer (RFC 6901) such as /call/duration.")
        : null;

    /// <summary>Creates the error for a member.</summary>
    public static ParameterException Refuse(string name, string rule, int status = 400) => new($"input.{name}", rule, status);
}
