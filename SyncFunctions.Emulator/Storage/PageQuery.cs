using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Storage;

/// <summary>
/// A query for a part of a collection. There are four kinds of parts, so a query has four texts. They are created once, so each is prepared
/// once.
/// </summary>
/// <param name="selection">The query up to the condition on the order's column: it ends with <c>WHERE</c> or <c>AND</c>.</param>
/// <param name="column">The column by which the collection is ordered. The start of the part is <c>?1</c>, its limit <c>?2</c>.</param>
internal sealed class PageQuery(string selection, string column)
{
    // SQLite orders integers before text and text before blobs: these two stand before and after every key and id.
    private static readonly object BeforeAll = long.MinValue;
    private static readonly object AfterAll = Array.Empty<byte>();

    private readonly string from = $"{selection} {column} >= ?1 ORDER BY {column} LIMIT ?2";
    private readonly string after = $"{selection} {column} > ?1 ORDER BY {column} LIMIT ?2";
    private readonly string backFrom = $"{selection} {column} <= ?1 ORDER BY {column} DESC LIMIT ?2";
    private readonly string backAfter = $"{selection} {column} < ?1 ORDER BY {column} DESC LIMIT ?2";

    /// <summary>Gets the text for a part.</summary>
    public string Text(PageRange range) => (range.Descending, range.Inclusive) switch
    {
        (false, true) => from,
        (false, false) => after,
        (true, true) => backFrom,
        (true, false) => backAfter,
    };

    /// <summary>Gets the value of <c>?1</c>.</summary>
    public static object Start(PageRange range) => range.From switch
    {
        null => range.Descending ? AfterAll : BeforeAll,
        string text => OrderedText.ToStored(text),
        var id => id,
    };
}
