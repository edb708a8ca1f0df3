namespace SyncFunctions.Store;

/// <summary>Selects the page of a collection to read.</summary>
/// <param name="Size">1 to 100.</param>
/// <param name="Token">The token of the previous page, or <see langword="null"/> for the first page.</param>
public readonly record struct PageRequest(int Size, string? Token)
{
    /// <summary>The default size of a page.</summary>
    public const int DefaultSize = 50;

    /// <summary>The largest page that Sync returns.</summary>
    public const int MaximumSize = 100;
}
