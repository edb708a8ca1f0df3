using System.Text.Json;

using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>Reads the items of a list or map in pages.</summary>
/// <remarks>
/// Two generations of clients request the next page in different ways. twilio-sync 3.4 and later send <c>From</c> (the last key that they have),
/// <c>Order</c> and <c>PageSize</c>, and only check whether there are tokens. 0.8 to 3.2 send a token of the previous page as
/// <c>PageToken</c>, and nothing else, so the token includes order and size too.
/// </remarks>
/// <param name="key">Reads an index or a key.</param>
internal sealed class ItemPages(SyncEngine engine, SyncService service, SyncObject source, DataRequest request, Func<string, ItemKey> key)
{
    private const int DefaultPage = 50;

    private readonly JsonValueKind keyKind = source.Kind == ObjectKind.List ? JsonValueKind.Number : JsonValueKind.String;

    /// <summary>Returns the requested page.</summary>
    public DataReply Read()
    {
        PageToken? token = request.Query("PageToken") is { Length: > 0 } text ? PageToken.Parse(text, source.Sid, keyKind) : null;
        bool descending = token?.Descending ?? IsDescending();
        int size = request.PageSize(token?.Size ?? DefaultPage);
        bool back = token is { Back: true };
        List<SyncItem> items = token is null
            ? Items(request.Query("From") is { } from ? key(from).Value : null, request.Query("Bounds") != "exclusive", descending, size + 1)
            : Items(token.Key, inclusive: false, descending != back, size + 1);
        bool more = items.Count > size;
        if (more)
        {
            items.RemoveAt(size);
        }

        if (back)
        {
            items.Reverse();
        }

        bool isFollowed = back ? IsFollowed(items, descending) : more;
        bool isPreceded = back ? more : IsPreceded(items, descending);
        return new DataReply(200, json => Write(
            json,
            service,
            source,
            items,
            isPreceded ? new PageToken(items[0].Key.Value, Back: true, descending, size).ToText(source.Sid) : null,
            isFollowed ? new PageToken(items[^1].Key.Value, Back: false, descending, size).ToText(source.Sid) : null));
    }

    /// <summary>Writes a page.</summary>
    public static void Write(
        Utf8JsonWriter json, SyncService service, SyncObject source, List<SyncItem> items, string? previousToken, string? nextToken)
    {
        json.WriteStartObject();
        json.WriteStartArray("items");
        foreach (SyncItem item in items)
        {
            ResourceBody.WriteItem(json, service, source, item);
        }

        json.WriteEndArray();
        json.WriteStartObject("meta");
        json.WriteString("previous_token", previousToken);
        json.WriteString("next_token", nextToken);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private bool IsDescending() => request.Query("Order") switch
    {
        null or "asc" => false,
        "desc" => true,
        _ => throw ProtocolErrors.InvalidOrder(),
    };

    private bool IsPreceded(List<SyncItem> items, bool descending) =>
        items.Count > 0 && Items(items[0].Key.Value, inclusive: false, !descending, 1).Count > 0;

    private bool IsFollowed(List<SyncItem> items, bool descending) =>
        items.Count > 0 && Items(items[^1].Key.Value, inclusive: false, descending, 1).Count > 0;

    private List<SyncItem> Items(object? from, bool inclusive, bool descending, int limit) =>
        engine.GetItems(service, source.Kind, source.Sid, new PageRange(from, inclusive, descending, limit)).Items;
}
