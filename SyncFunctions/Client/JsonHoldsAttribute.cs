namespace SyncFunctions.Client;

/// <summary>Says what a <see cref="JsonText"/> holds, for descriptions of the API. Without it that is an object.</summary>
/// <param name="types">JSON Schema's names of the types that it may have; none for any.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class JsonHoldsAttribute(params string[] types) : Attribute
{
    /// <summary>Gets the names of the types; none for any.</summary>
    public IReadOnlyList<string> Types => types;
}
