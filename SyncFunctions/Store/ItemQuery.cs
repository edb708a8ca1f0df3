using SyncFunctions.Store.Json;

namespace SyncFunctions.Store;

/// <summary>In which order to read items, from where on, and which of them.</summary>
/// <param name="Order"><c>asc</c> or <c>desc</c>; <see langword="null"/> for <c>asc</c>.</param>
/// <param name="From">The index or key to begin at, which need not exist; <see langword="null"/> for the first in the order.</param>
/// <param name="Bounds"><c>inclusive</c> or <c>exclusive</c>: whether an item at <paramref name="From"/> itself counts; <see langword="null"/> for <c>inclusive</c>.</param>
/// <param name="Where">What an item's data must meet; <see langword="null"/> for all items.</param>
public readonly record struct ItemQuery(string? Order, string? From, string? Bounds, JsonCondition? Where = null);
