using System.Globalization;
using System.Text;
using System.Text.Json;

using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Rest;

/// <summary>
/// Reads one page of a collection. A page's position is the key of the element next to it, in an opaque token that is valid for one collection.
/// So additions and removals between two pages neither repeat nor skip anything.
/// </summary>
/// <param name="call">The request: <c>PageSize</c>, <c>PageToken</c>, <c>Page</c>, and for items <c>Order</c>, <c>From</c>, <c>Bounds</c>.</param>
/// <param name="scope">The collection's name within the emulator.</param>
/// <param name="keyKind">Whether its elements are ordered by a number or by a string.</param>
internal sealed class Paging(RestCall call, string scope, JsonValueKind keyKind = JsonValueKind.Number)
{
    /// <summary>The maximum number of elements in a page, whatever size is requested.</summary>
    private const int MaximumPage = 100;
    private const int DefaultPage = 50;

    private readonly int size = PageSize(call);
    private readonly int page = PageNumber(call);

    /// <summary>Returns a page of elements, in the order of their keys.</summary>
    /// <param name="member">The member of the response that has the elements.</param>
    /// <param name="read">Reads a range.</param>
    /// <param name="keyOf">Gets an element's key: a <see cref="long"/> or a <see cref="string"/>.</param>
    /// <param name="write">Writes an element.</param>
    /// <param name="parseFrom">Reads <c>From</c>, if the collection can be read from a key.</param>
    public RestResult Read<T>(
        string member, Func<PageRange, List<T>> read, Func<T, object> keyOf, Action<Utf8JsonWriter, T> write, Func<string, object>? parseFrom = null)
    {
        PageRange whole = parseFrom is null ? new PageRange(null, true, false, 0) : ItemRange(parseFrom);
        PageToken? position = ReadToken();
        bool back = position is { Back: true };
        PageRange range = position is null
            ? whole with { Limit = size + 1 }
            : new PageRange(position.Key, Inclusive: false, Descending: whole.Descending != back, size + 1);

        List<T> elements = read(range);
        if (back && whole.From is not null)
        {
            elements = [.. elements.TakeWhile(element => IsWithin(keyOf(element), whole))];
        }

        bool more = elements.Count > size;
        if (more)
        {
            elements.RemoveAt(size);
        }

        if (back)
        {
            elements.Reverse();
        }

        // A page that was reached by a token has at least the page before it behind it.
        string? next = elements.Count > 0 && (more || back) ? PageUrl(page + 1, new PageToken(keyOf(elements[^1]), Back: false)) : null;
        string? previous = elements.Count > 0 && (back ? more : position is not null)
            ? PageUrl(Math.Max(page - 1, 0), new PageToken(keyOf(elements[0]), Back: true))
            : null;
        return RestResult.Ok(json => WriteEnvelope(json, member, elements, write, PageUrl(page, position), next, previous));
    }

    private void WriteEnvelope<T>(
        Utf8JsonWriter json, string member, List<T> elements, Action<Utf8JsonWriter, T> write, string url, string? next, string? previous)
    {
        json.WriteStartObject();
        json.WriteStartArray(member);
        elements.ForEach(element => write(json, element));
        json.WriteEndArray();
        json.WriteStartObject("meta");
        json.WriteString("key", member);
        json.WriteNumber("page", page);
        json.WriteNumber("page_size", size);
        json.WriteString("first_page_url", PageUrl(0, null));
        json.WriteString("previous_page_url", previous);
        json.WriteString("url", url);
        json.WriteString("next_page_url", next);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private PageRange ItemRange(Func<string, object> parseFrom)
    {
        bool descending = call.Query("Order") switch
        {
            null or "asc" => false,
            "desc" => true,
            _ => throw ProtocolErrors.InvalidOrder(),
        };
        bool inclusive = call.Query("Bounds") switch
        {
            null or "inclusive" => true,
            "exclusive" => false,
            _ => throw ProtocolErrors.InvalidBounds(),
        };
        return new PageRange(call.Query("From") is { Length: > 0 } from ? parseFrom(from) : null, inclusive, descending, 0);
    }

    private string PageUrl(int number, PageToken? position)
    {
        StringBuilder url = new($"{call.BaseUrl}{call.Path}?");
        foreach (string filter in (ReadOnlySpan<string>)["From", "Bounds", "Order"])
        {
            if (call.Query(filter) is { } value)
            {
                url.Append(filter).Append('=').Append(Uri.EscapeDataString(value)).Append('&');
            }
        }

        url.Append(CultureInfo.InvariantCulture, $"PageSize={size}&Page={number}");
        return position is null ? url.ToString() : url.Append("&PageToken=").Append(position.ToText(scope)).ToString();
    }

    private PageToken? ReadToken() => call.Query("PageToken") is { Length: > 0 } text ? PageToken.Parse(text, scope, keyKind) : null;

    private static bool IsWithin(object key, PageRange range)
    {
        int comparison = key is long index
            ? index.CompareTo((long)range.From!)
            : string.CompareOrdinal((string)key, (string)range.From!);
        return (range.Inclusive && comparison == 0) || (range.Descending ? comparison < 0 : comparison > 0);
    }

    private static int PageSize(RestCall call) => call.Query("PageSize") switch
    {
        null or "" => DefaultPage,
        { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size is >= 1 and <= 1000 =>
            Math.Min(size, MaximumPage),
        _ => throw ProtocolErrors.InvalidPageSize(),
    };

    private static int PageNumber(RestCall call) =>
        int.TryParse(call.Query("Page"), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < int.MaxValue ? number : 0;
}
