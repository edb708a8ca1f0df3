namespace SyncFunctions.Client;

/// <summary>One page of a collection.</summary>
/// <param name="Items">The page's elements, in the collection's order.</param>
/// <param name="NextPageToken">Where the next page begins; null on the last one. Opaque.</param>
public sealed record SyncPage<T>(IReadOnlyList<T> Items, string? NextPageToken);
