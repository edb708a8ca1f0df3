namespace SyncFunctions.Emulator.Model;

/// <summary>Selects the part of a collection to read.</summary>
/// <param name="From">
/// Where to start: a row's <see cref="long"/> id for services and objects, the index or key for items, or null for the first element in the
/// order.
/// </param>
/// <param name="Inclusive">Whether the page includes an element at <paramref name="From"/>.</param>
/// <param name="Descending">The order.</param>
/// <param name="Limit">The maximum number of elements.</param>
internal readonly record struct PageRange(object? From, bool Inclusive, bool Descending, int Limit);
