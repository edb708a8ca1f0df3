namespace SyncFunctions.Client;

/// <summary>One page of a collection.</summary>
/// <param name="Items">The page's elements, in the collection's order.</param>
/// <param name="NextPageToken">The token of the next page, opaque; null on the last page.</param>
public sealed record SyncPage<T>(IReadOnlyList<T> Items, string? NextPageToken);
