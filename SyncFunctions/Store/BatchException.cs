using SyncFunctions.Client;

namespace SyncFunctions.Store;

/// <summary>One of several changes failed. Those before it were made and stay; none was tried after it.</summary>
/// <param name="added">How many were made.</param>
/// <param name="failure">What kept the next one from being made.</param>
public sealed class BatchException(int added, SyncException failure)
    : Exception($"{failure.Message} ({added} item(s) were added before.)", failure)
{
    /// <summary>Gets how many changes were made.</summary>
    public int Added { get; } = added;

    /// <summary>Gets what kept the next one from being made.</summary>
    public SyncException Failure { get; } = failure;
}
