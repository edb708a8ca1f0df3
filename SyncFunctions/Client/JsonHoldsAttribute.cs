namespace SyncFunctions.Client;

/// <summary>Gives the JSON types that a <see cref="JsonText"/> can hold, for the API description. Without this attribute it holds an object.</summary>
/// <param name="types">The types' names in JSON Schema; empty if any type is allowed.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class JsonHoldsAttribute(params string[] types) : Attribute
{
    /// <summary>Gets the names of the types; empty if any type is allowed.</summary>
    public IReadOnlyList<string> Types => types;
}
