namespace SyncFunctions.Emulator.Model;

/// <summary>Which part of a collection to read.</summary>
/// <param name="From">
/// Where to start: a row's <see cref="long"/> id for services and objects, the index or key for items; null for the end that comes first in
/// the order.
/// </param>
/// <param name="Inclusive">Whether an element at <paramref name="From"/> itself belongs to the page.</param>
/// <param name="Descending">The order.</param>
/// <param name="Limit">How many elements at the most.</param>
internal readonly record struct PageRange(object? From, bool Inclusive, bool Descending, int Limit);
