using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SyncFunctions.Store;

/// <summary>
/// Where a page begins, with the query that the pages before were read with. It is bound to one collection of one service,
/// so that a token that went astray is refused and does not begin somewhere by chance.
/// </summary>
/// <param name="Position">Sync's token; under a condition the index or key of the last item that was looked at, as a page ends wherever it is full.</param>
internal sealed record PageToken(string Position, ItemQuery Query)
{
    private const string Parameter = "pageToken";

    // Enough to tell collections apart; a token is no secret and opens nothing that its bearer could not read anyway.
    private const int ScopeLength = 8;

    /// <summary>The token as callers get it.</summary>
    public string Write(string collection) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes<string?[]>(
        [Scope(collection), Position, Query.Order, Query.From, Query.Bounds, .. Query.Where is { } where ? [Scope(where.Text)] : Array.Empty<string>()]));

    /// <summary>Reads a token that a caller gives.</summary>
    /// <exception cref="ParameterException">Not a token of this collection, or <paramref name="query"/> asks for something else.</exception>
    public static PageToken Read(string token, string collection, ItemQuery query)
    {
        string?[]? parts = null;
        try
        {
            parts = JsonSerializer.Deserialize<string?[]>(Base64Url.DecodeFromChars(token));
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            // Said below.
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
