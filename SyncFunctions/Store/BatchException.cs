using SyncFunctions.Client;

namespace SyncFunctions.Store;

/// <summary>Is thrown if one of several changes fails. The changes before it stay; the ones after it were not tried.</summary>
/// <param name="added">How many changes were made.</param>
/// <param name="failure">Why the next change was not made.</param>
public sealed class BatchException(int added, SyncException failure)
    : Exception($"{failure.Message} ({added} item(s) were added before.)", failure)
{
    /// <summary>Gets how many changes were made.</summary>
    public int Added { get; } = added;

    /// <summary>Gets why the next change was not made.</summary>
    public SyncException Failure { get; } = failure;
}
