using System.Text.Json;

using SyncFunctions.Client;

namespace SyncFunctions.Store.Json;

/// <summary>Compares JSON values by meaning, not by text.</summary>
internal static class JsonEquality
{
    /// <summary>
    /// Checks whether two values are equal (RFC 6902, 4.6): objects whatever the order of their members, numbers by their value, to the last digit. It
    /// goes as deep as both values do.
    /// </summary>
    public static bool AreEqual(JsonText left, JsonText right) => (Kind(left), Kind(right)) switch
    {
        (JsonTokenType.StartObject, JsonTokenType.StartObject) => AreEqual(left.Members()!, right.Members()!),
        (JsonTokenType.StartArray, JsonTokenType.StartArray) =>
            left.Elements() is var one && right.Elements() is var other && one.Count == other.Count && one.Zip(other).All(pair => AreEqual(pair.First, pair.Second)),
        (JsonTokenType.Number, JsonTokenType.Number) => AreEqualNumbers(left.GetRawText(), right.GetRawText()),
        (JsonTokenType.String, JsonTokenType.String) => JsonText.StringOf(left.Utf8) is { } text && text == JsonText.StringOf(right.Utf8),
        var (kind, otherKind) => kind == otherKind,
    };

    private static bool AreEqual(IReadOnlyList<JsonMember> left, IReadOnlyList<JsonMember> right)
    {
        Dictionary<string, JsonText> others = right.Where(member => member.IsRead).ToDictionary(member => member.Name!, member => member.Value, StringComparer.Ordinal);
        JsonMember[] members = [.. left.Where(member => member.IsRead)];
        return members.Length == others.Count
            && members.All(member => others.TryGetValue(member.Name!, out JsonText other) && AreEqual(member.Value, other));
    }

    private static bool AreEqualNumbers(string left, string right) =>
        left == right || (JsonNumber.Parse(left) is { } one && JsonNumber.Parse(right) is { } other && one.HasSameValueAs(other));

    private static JsonTokenType Kind(JsonText value)
    {
        Utf8JsonReader reader = new(value.Utf8);
        reader.Read();
        return reader.TokenType;
    }
}
