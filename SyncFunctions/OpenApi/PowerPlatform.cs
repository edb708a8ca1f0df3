using System.Text;
using System.Text.Json.Nodes;

using Microsoft.OpenApi;

using SyncFunctions.Functions.Binding;

namespace SyncFunctions.OpenApi;

/// <summary>
/// The extensions of Swagger that Power Automate, Logic Apps and Power Apps read: titles, and whether something is shown at once, on demand, or not at
/// all.
/// </summary>
/// <seealso href="https://learn.microsoft.com/connectors/custom-connectors/openapi-extensions"/>
internal static class PowerPlatform
{
    private const string Summary = "x-ms-summary";
    private const string Visibility = "x-ms-visibility";

    /// <summary>Gives a parameter a title, and marks it as advanced if it is optional.</summary>
    public static Dictionary<string, IOpenApiExtension> Of(Parameter parameter) => new()
    {
        [Summary] = Text(Title(parameter.Name)),
        [Visibility] = Text(parameter.IsRequired || parameter.TakesOtherFields ? "important" : "advanced"),
    };

    /// <summary>Describes an operation.</summary>
    /// <param name="isShown">Whether it is offered as an action.</param>
    public static Dictionary<string, IOpenApiExtension> Of(bool isShown) => new() { [Visibility] = Text(isShown ? "important" : "internal") };

    // docName: Doc name.
    private static string Title(string name)
    {
        StringBuilder title = new();
        foreach (char character in name)
        {
            title.Append(title.Length == 0 ? char.ToUpperInvariant(character) : character);
            if (char.IsAsciiLetterUpper(character) && title.Length > 1)
            {
                title.Insert(title.Length - 1, ' ');
                title[^1] = char.ToLowerInvariant(character);
            }
        }

        return title.ToString();
    }

    private static JsonNodeExtension Text(string text) => new(JsonValue.Create(text));
}
