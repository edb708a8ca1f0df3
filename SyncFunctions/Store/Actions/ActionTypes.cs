using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace SyncFunctions.Store.Actions;

/// <summary>The configured action types, by executor and action, with their fields.</summary>
/// <param name="types">
/// For each executor its actions, and for each action its fields with their defaults; a required field has <see langword="null"/>.
/// </param>
public sealed partial class ActionTypes(IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string?>>> types)
{
    /// <summary>The maximum number of characters in the name of an executor, an action or a field.</summary>
    public const int MaximumNameLength = 64;

    /// <summary>The fields that every action has; its own fields must have other names.</summary>
    internal static readonly FrozenSet<string> CommonFields = FrozenSet.Create(StringComparer.Ordinal, "id", "action", "executor");

    /// <summary>Gets the types: executors, their actions, and their fields. If there are none, every <c>executor.action</c> is accepted.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string?>>> All => types;

    /// <summary>Checks whether a text can name an executor or an action: 1 to 64 ASCII letters, digits, <c>_</c> and <c>-</c>.</summary>
    public static bool IsName(string text) => Name().IsMatch(text);

    /// <summary>Finds the fields of an action type.</summary>
    /// <returns>Its fields with their defaults; none if no types are configured; <see langword="null"/> if only other types are configured.</returns>
    internal IReadOnlyDictionary<string, string?>? Find(string executor, string action) => types.Count == 0
        ? FrozenDictionary<string, string?>.Empty
        : types.TryGetValue(executor, out IReadOnlyDictionary<string, IReadOnlyDictionary<string, string?>>? actions) ? actions.GetValueOrDefault(action) : null;

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,64}\z")]
    private static partial Regex Name();
}
