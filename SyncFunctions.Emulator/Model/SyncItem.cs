namespace SyncFunctions.Emulator.Model;

/// <summary>An item of a list or a map.</summary>
/// <param name="Revision">The number of the parent's event that last changed it.</param>
/// <param name="Data">Its JSON text.</param>
internal sealed record SyncItem(
    ItemKey Key,
    long Revision,
    string Data,
    DateTimeOffset DateCreated,
    DateTimeOffset DateUpdated,
    DateTimeOffset? DateExpires,
    string CreatedBy);

/// <summary>The index of a list item, or the key of a map item.</summary>
internal readonly record struct ItemKey
{
    public ItemKey(long index) => Value = index;

    public ItemKey(string key) => Value = key;

    /// <summary>A <see cref="long"/> or a <see cref="string"/>.</summary>
    public object Value { get; }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString()!;

    public static ItemKey From(object stored) => stored is long index ? new ItemKey(index) : new ItemKey((string)stored);
}
