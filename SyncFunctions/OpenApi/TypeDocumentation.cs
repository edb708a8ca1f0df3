using System.Text;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace SyncFunctions.OpenApi;

/// <summary>
/// Finds the XML documentation of types and their properties. It is published with the app; if the file is missing, there are no descriptions.
/// </summary>
internal sealed partial class TypeDocumentation
{
    private readonly Dictionary<string, XElement> members;

    private TypeDocumentation(Dictionary<string, XElement> members) => this.members = members;

    /// <summary>Reads the documentation file beside the app.</summary>
    public static TypeDocumentation Read()
    {
        string file = Path.Combine(AppContext.BaseDirectory, $"{typeof(TypeDocumentation).Assembly.GetName().Name}.xml");
        return new TypeDocumentation(!File.Exists(file) ? [] : XDocument.Load(file).Descendants("member").ToDictionary(
            member => member.Attribute("name")!.Value, StringComparer.Ordinal));
    }

    /// <summary>Finds a type's summary; <see langword="null"/> if there is none.</summary>
    public string? Of(Type type) => Text(members.GetValueOrDefault($"T:{Name(type)}")?.Element("summary"));

    /// <summary>Finds a property's summary; <see langword="null"/> if there is none.</summary>
    public string? Of(JsonPropertyInfo property) => Text(members.GetValueOrDefault(
        $"P:{Name(property.DeclaringType)}.{char.ToUpperInvariant(property.Name[0])}{property.Name[1..]}")?.Element("summary"));

    private static string Name(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private static string? Text(XElement? element)
    {
        if (element is null)
        {
            return null;
        }

        StringBuilder text = new();
        foreach (XNode node in element.Nodes())
        {
            text.Append(node switch
            {
                XText words => words.Value,
                XElement { Name.LocalName: "see" } see => see.Attribute("langword")?.Value ?? see.Attribute("cref")?.Value.Split('.')[^1],
                XElement other => other.Value,
                _ => "",
            });
        }

        string said = Verb().Replace(Space().Replace(text.ToString(), " ").Trim(), "");
        return said.Length == 0 ? null : char.ToUpperInvariant(said[0]) + said[1..];
    }

    // The beginning of a property's summary, which is left out.
    [GeneratedRegex("^Gets ")]
    private static partial Regex Verb();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
