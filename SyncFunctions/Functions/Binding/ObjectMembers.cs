using System.Text.Json;

using SyncFunctions.Store;

namespace SyncFunctions.Functions.Binding;

/// <summary>
/// Reads the members of an object inside a parameter in the same way as a call's own parameters: names are not case-sensitive, unknown names are ignored,
/// and <c>null</c> counts as not given. An error has the whole path: <c>participants[1].role</c>.
/// </summary>
internal sealed class ObjectMembers
{
    private readonly List<JsonProperty> members;

    private ObjectMembers(string name, JsonElement element)
    {
        Name = name;
        try
        {
            members = [.. element.EnumerateObject()];
            // Reading a name decodes it, which throws if it is not valid.
            _ = members.Count(member => member.Name.Length == 0);
        }
        catch (InvalidOperationException)
        {
            throw new ParameterException(name, "must not have a lone surrogate (an escape of half a character) in a member's name.");
        }
    }

    /// <summary>Gets the object's name in errors: <c>participants[1]</c>.</summary>
    public string Name { get; }

    /// <summary>Reads a list of objects.</summary>
    /// <exception cref="ParameterException">The value is not a list of objects, is too short or too long, or one of its objects is not valid.</exception>
    public static IReadOnlyList<T> ReadList<T>(ParameterValue value, int minimumCount, int maximumCount, Func<ObjectMembers, T> read)
    {
        JsonElement json = value.AsJson("array");
        return json.ValueKind != JsonValueKind.Array ? throw value.Refuse("must be an array of objects.")
            : json.GetArrayLength() is var count && (count < minimumCount || count > maximumCount)
                ? throw value.Refuse($"must have {minimumCount} to {maximumCount} elements.")
            : [.. json.EnumerateArray().Select((element, index) => read(Of($"{value.Name}[{index}]", element)))];
    }

    /// <summary>Reads a member.</summary>
    /// <param name="parameter">The member's declaration; its name is the name within the object.</param>
    public T Read<T>(Parameter<T> parameter)
    {
        JsonProperty[] given = [.. members.Where(member => member.Name.Equals(parameter.Name, StringComparison.OrdinalIgnoreCase))];
        string path = $"{Name}.{parameter.Name}";
        return given switch
        {
            [] or [{ Value.ValueKind: JsonValueKind.Null }] => parameter.Default is { } text ? parameter.Parse(new ParameterValue(path, text))
                : parameter.IsRequired ? throw new ParameterException(path, "is required.")
                : default!,
            [var only] => parameter.Parse(new ParameterValue(path, only.Value)),
            _ => throw new ParameterException(path, "must be given only once."),
        };
    }

    private static ObjectMembers Of(string name, JsonElement element) => element.ValueKind == JsonValueKind.Object
        ? new ObjectMembers(name, element)
        : throw new ParameterException(name, "must be an object.");
}
