namespace SyncFunctions.Functions;

/// <summary>Says what the functions of a class have in common, for descriptions of the API.</summary>
/// <param name="name">A title of a few words.</param>
/// <param name="summary">What they are about, as a sentence.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class CapabilityAttribute(string name, string summary) : Attribute
{
    /// <summary>Gets the title.</summary>
    public string Name => name;

    /// <summary>Gets what they are about, as a sentence.</summary>
    public string Summary => summary;
}
