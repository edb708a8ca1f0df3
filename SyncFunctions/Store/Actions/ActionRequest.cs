using System.Text.Encodings.Web;
using System.Text.Json;

namespace SyncFunctions.Store.Actions;

/// <summary>An action that a caller wants to be done.</summary>
/// <param name="Place">What errors put before the names of its members: <c>actions[1].</c>, or nothing.</param>
/// <param name="ActionType">Who is to do what: <c>executor.action</c>.</param>
/// <param name="AdditionalInfo">An object of the action's own fields; <see langword="null"/> for none.</param>
public sealed record ActionRequest(string Place, string ActionType, JsonElement? AdditionalInfo)
{
    private const string InfoMember = "additionalInfo";

    // As it is, not as escapes that only a page of HTML would need.
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes the action, with an ID of its own and the defaults of the fields that are not given.</summary>
    /// <exception cref="ParameterException">It is of no configured type, or lacks a field; the error names it.</exception>
    internal QueuedAction Make(ActionTypes types)
    {
        string typeName = $"{Place}actionType";
        if (ActionType.Split('.', 2) is not [var executor, var action] || !ActionTypes.IsName(executor) || !ActionTypes.IsName(action))
        {
            throw new ParameterException(
                typeName, $"must be executor.action, each of at most {ActionTypes.MaximumNameLength} letters, digits, _ and -: extension.stopSession.");
        }

        IReadOnlyDictionary<string, string?> fields = types.Find(executor, action)
            ?? throw new ParameterException(typeName, "is none of the configured action types, which getActionTypes lists.");
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

/// <summary>An action as it is put into a queue.</summary>
/// <param name="TypeName">How errors name its type.</param>
/// <param name="Text">Its JSON text: <c>{ "id", "action", "executor", … }</c>.</param>
internal sealed record QueuedAction(string Executor, string TypeName, string Text);
