using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace SyncFunctions.Store.Actions;

/// <summary>The types that actions may have, by executor and action, each with its fields.</summary>
/// <param name="types">
/// For each executor its actions, and for each action its fields with their defaults; <see langword="null"/> for a field that a caller must give.
/// </param>
public sealed partial class ActionTypes(IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string?>>> types)
{
    /// <summary>The most characters that the name of an executor, an action or a field may have.</summary>
    public const int MaximumNameLength = 64;

    /// <summary>The fields that every action has; none of its own may be named like them.</summary>
    internal static readonly FrozenSet<string> CommonFields = FrozenSet.Create(StringComparer.Ordinal, "id", "action", "executor");

    /// <summary>Gets the types: executors, their actions, and their fields. Without any, every <c>executor.action</c> is taken as it is.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string?>>> All => types;

    /// <summary>Tells whether a text can name an executor or an action: 1 to 64 letters, digits, <c>_</c> and <c>-</c>, of ASCII.</summary>
    public static bool IsName(string text) => Name().IsMatch(text);

    /// <summary>Finds the fields of an action type.</summary>
    /// <returns>Its fields with their defaults; none if no types are configured; <see langword="null"/> if it is not one of those that are.</returns>
    internal IReadOnlyDictionary<string, string?>? Find(string executor, string action) => types.Count == 0
        ? FrozenDictionary<string, string?>.Empty
        : types.TryGetValue(executor, out IReadOnlyDictionary<string, IReadOnlyDictionary<string, string?>>? actions) ? actions.GetValueOrDefault(action) : null;

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,64}\z")]
    private static partial Regex Name();
}
