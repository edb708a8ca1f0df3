using SyncFunctions.Store.Json;

namespace SyncFunctions.Store;

/// <summary>Selects the items to read, their order, and where to start.</summary>
/// <param name="Order"><c>asc</c> or <c>desc</c>, or <see langword="null"/> for <c>asc</c>.</param>
/// <param name="From">The index or key to start at, which need not exist, or <see langword="null"/> for the first in the order.</param>
/// <param name="Bounds"><c>inclusive</c> or <c>exclusive</c>: whether to include <paramref name="From"/> itself. <see langword="null"/> means <c>inclusive</c>.</param>
/// <param name="Where">The condition on an item's data, or <see langword="null"/> for all items.</param>
public readonly record struct ItemQuery(string? Order, string? From, string? Bounds, JsonCondition? Where = null);
