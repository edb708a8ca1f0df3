using System.Text.Encodings.Web;
using System.Text.Json;

namespace SyncFunctions.Store.Actions;

/// <summary>An action that a caller adds.</summary>
/// <param name="Place">The prefix of its members' names in errors: <c>actions[1].</c>, or nothing.</param>
/// <param name="ActionType">Who does what: <c>executor.action</c>.</param>
/// <param name="AdditionalInfo">An object of the action's own fields, or <see langword="null"/> for none.</param>
public sealed record ActionRequest(string Place, string ActionType, JsonElement? AdditionalInfo)
{
    private const string InfoMember = "additionalInfo";

    // Without the escapes that only HTML needs.
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Creates the action, with a new ID and the defaults of the fields that are not given.</summary>
    /// <exception cref="ParameterException">Its type is not configured, or it lacks a field; the error names it.</exception>
    internal QueuedAction Make(ActionTypes types)
    {
        string typeName = $"{Place}actionType";
        if (ActionType.Split('.', 2) is not [var executor, var action] || !ActionTypes.IsName(executor) || !ActionTypes.IsName(action))
        {
            throw new ParameterException(
                typeName, $"must be executor.action, each of at most {ActionTypes.MaximumNameLength} letters, digits, _ and -: extension.stopSession.");
        }

        IReadOnlyDictionary<string, string?> fields = types.Find(executor, action)
            ?? throw new ParameterException(typeName, "is not one of the configured action types, which getActionTypes lists.");
        JsonProperty[] given = [.. AdditionalInfo?.EnumerateObject() ?? []];
        if (given.Select(member => member.Name).FirstOrDefault(ActionTypes.CommonFields.Contains) is { } common)
        {
            throw new ParameterException($"{Place}{InfoMember}.{common}", "must not be given: every action has a field of this name already.");
        }

        ILookup<string, JsonElement> values = given.Where(member => member.Value.ValueKind != JsonValueKind.Null || !fields.ContainsKey(member.Name))
            .ToLookup(member => member.Name, member => member.Value, StringComparer.Ordinal);
        IEnumerable<string> members =
        [
            Member("id", Text(Guid.NewGuid().ToString())), Member("action", Text(action)), Member("executor", Text(executor)),
            .. values.Select(member => Member(member.Key, member.Single().GetRawText())),
            .. fields.Where(field => !values.Contains(field.Key)).Select(field => Member(
                field.Key, Text(field.Value ?? throw new ParameterException($"{Place}{InfoMember}.{field.Key}", "is required.")))),
        ];
        return new QueuedAction(executor, typeName, $"{{{string.Join(',', members)}}}");
    }

    private static string Member(string name, string value) => $"{Text(name)}:{value}";

    private static string Text(string value) => JsonSerializer.Serialize(value, Readable);
}

/// <summary>An action in the form that is stored in a queue.</summary>
/// <param name="TypeName">The name of its type in errors.</param>
/// <param name="Text">Its JSON text: <c>{ "id", "action", "executor", … }</c>.</param>
internal sealed record QueuedAction(string Executor, string TypeName, string Text);
