using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SyncFunctions.Store;

/// <summary>
/// The start of a page, and the query of the pages before it. A token is valid for one collection of one service, so a token of
/// another one is refused instead of starting at a random place.
/// </summary>
/// <param name="Position">Sync's token. With a condition, the index or key of the last item that was looked at, because a page ends as soon as it is full.</param>
internal sealed record PageToken(string Position, ItemQuery Query)
{
    private const string Parameter = "pageToken";

    // Enough to distinguish collections. A token is not a secret: it gives access to nothing that its holder could not read anyway.
    private const int ScopeLength = 8;

    /// <summary>Gets the token in the form that callers get.</summary>
    public string Write(string collection) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes<string?[]>(
        [Scope(collection), Position, Query.Order, Query.From, Query.Bounds, .. Query.Where is { } where ? [Scope(where.Text)] : Array.Empty<string>()]));

    /// <summary>Reads a token from a caller.</summary>
    /// <exception cref="ParameterException">Not a token of this collection, or <paramref name="query"/> is a different query.</exception>
    public static PageToken Read(string token, string collection, ItemQuery query)
    {
        string?[]? parts = null;
        try
        {
            parts = JsonSerializer.Deserialize<string?[]>(Base64Url.DecodeFromChars(token));
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            // The error is thrown below.
        }

        if (parts is not [{ } scope, { } position, var order, var from, var bounds, .. { Length: <= 1 } where] || scope != Scope(collection))
        {
            throw new ParameterException(Parameter, "must be the nextPageToken of a page of the same collection.");
        }

        RequireSame("order", query.Order, order);
        RequireSame("from", query.From, from);
        RequireSame("bounds", query.Bounds, bounds);
        if (where.SingleOrDefault() != (query.Where is { } condition ? Scope(condition.Text) : null))
        {
            throw new ParameterException("where", "must be given again as for the page that pageToken comes from.");
        }

        return new PageToken(position, new ItemQuery(order, from, bounds, query.Where));
    }

    private static void RequireSame(string parameter, string? given, string? before)
    {
        if (given is not null && given != before)
        {
            throw new ParameterException(parameter, "must be as for the page that pageToken comes from, or be left out.");
        }
    }

    private static string Scope(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, ScopeLength));
}
