using Microsoft.Extensions.Configuration;

using SyncFunctions.Store.Actions;

namespace SyncFunctions.Configuration;

/// <summary>
/// Reads the types of actions: <c>ActionTypes__&lt;executor&gt;__&lt;action&gt;__&lt;field&gt;</c> is a field's default value; if it is empty, the field
/// is mandatory.
/// </summary>
internal static class ActionTypeSettings
{
    /// <summary>Reads them; there may be none.</summary>
    /// <exception cref="StartupException">A name cannot be used; the message names the setting.</exception>
    public static ActionTypes Read(IConfiguration configuration) => new(
        configuration.GetSection("ActionTypes").GetChildren().ToDictionary(
            Name,
            executor => (IReadOnlyDictionary<string, IReadOnlyDictionary<string, string?>>)executor.GetChildren().ToDictionary(
                Name,
                action => (IReadOnlyDictionary<string, string?>)action.GetChildren().ToDictionary(Field, field => field.Value is { Length: > 0 } value ? value : null, StringComparer.Ordinal),
                StringComparer.Ordinal),
            StringComparer.Ordinal));

    private static string Name(IConfigurationSection section) => ActionTypes.IsName(section.Key)
        ? section.Key
        : throw new StartupException(
            $"{Settings.Name(section.Path)} cannot name an action: executors and actions have at most {ActionTypes.MaximumNameLength} letters, digits, _ and -.");

    private static string Field(IConfigurationSection section) =>
        ActionTypes.CommonFields.Contains(section.Key) ? throw new StartupException($"{Settings.Name(section.Path)} cannot be a field: every action has one of this name already.")
        : section.GetChildren().Any() ? throw new StartupException($"{Settings.Name(section.Path)} must be a text: it is the default of a field.")
        : section.Key;
}
