using System.Text.Json;

using SyncFunctions.Store;

namespace SyncFunctions.Functions.Binding;

/// <summary>
/// Reads the members of an object inside a parameter as a call's own parameters are read: names are not case-sensitive, unknown ones do no harm, and
/// <c>null</c> is no value. An error names the whole way: <c>participants[1].role</c>.
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
            // A name is decoded when it is asked for.
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
    /// <exception cref="ParameterException">Not such a list, too short or too long a one, or one of its objects cannot be used.</exception>
    public static IReadOnlyList<T> ReadList<T>(ParameterValue value, int minimumCount, int maximumCount, Func<ObjectMembers, T> read)
    {
        JsonElement json = value.AsJson("array");
        return json.ValueKind != JsonValueKind.Array ? throw value.Refuse("must be an array of objects.")
            : json.GetArrayLength() is var count && (count < minimumCount || count > maximumCount)
                ? throw value.Refuse($"must have {minimumCount} to {maximumCount} elements.")
            : [.. json.EnumerateArray().Select((element, index) => read(Of($"{value.Name}[{index}]", element)))];
    }

    /// <summary>Reads a member.</summary>
    /// <param name="parameter">How the member is read; its name is that within the object.</param>
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
