namespace SyncFunctions.Functions;

/// <summary>Describes the common topic of a class's functions, for descriptions of the API.</summary>
/// <param name="name">A title of a few words.</param>
/// <param name="summary">The topic, as a sentence.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class CapabilityAttribute(string name, string summary) : Attribute
{
    /// <summary>Gets the title.</summary>
    public string Name => name;

    /// <summary>Gets the topic, as a sentence.</summary>
    public string Summary => summary;
}
