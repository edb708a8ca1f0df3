using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SyncFunctions.Store.Sessions;

/// <summary>The start of a page of sessions: the position in the map, and the query of the pages before it.</summary>
/// <param name="Position">The map's own token.</param>
/// <param name="Query">The query of the pages before it.</param>
internal sealed record SessionPageToken(string Position, SessionQuery Query)
{
    private const string Kind = "sessions";

    /// <summary>Writes the token in the form that callers get.</summary>
    public string Write() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(
        new Parts(Kind, Position, Query.From, Query.To, Query.State, Query.IncludesCanceled, Query.IncludesRemoved, Query.Order), PartsJson.Default.Parts));

    /// <summary>Reads a token from a caller.</summary>
    /// <param name="query">The other parameters of the caller, which must be the same or left out.</param>
    /// <exception cref="ParameterException">Not a token of sessions, or <paramref name="query"/> is a different query.</exception>
    public static SessionPageToken Read(string token, SessionQuery query)
    {
        Parts? parts = null;
        try
        {
            parts = JsonSerializer.Deserialize(Base64Url.DecodeFromChars(token), PartsJson.Default.Parts);
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            // The error is thrown below.
        }

        if (parts is not { Kind: Kind, Position: { } position, Order: null or "asc" or SessionQuery.Descending })
        {
            throw new ParameterException("pageToken", "must be the nextPageToken of a page of sessions.");
        }

        RequireSame("from", query.From, parts.From?.ToUniversalTime());
        RequireSame("to", query.To, parts.To?.ToUniversalTime());
        RequireSame("state", query.State, parts.State);
        RequireSame("includeCanceled", query.IncludesCanceled, parts.IncludesCanceled ?? false);
        RequireSame("includeRemoved", query.IncludesRemoved, parts.IncludesRemoved ?? false);
        RequireSame("order", query.Order, parts.Order ?? "asc");
        return new SessionPageToken(position, new SessionQuery(
            parts.From?.ToUniversalTime(), parts.To?.ToUniversalTime(), parts.State, parts.IncludesCanceled, parts.IncludesRemoved, parts.Order));
    }

    private static void RequireSame<T>(string parameter, T given, T before)
    {
        if (given is not null && !given.Equals(before))
        {
            throw new ParameterException(parameter, "must be as for the page that pageToken comes from, or be left out.");
        }
    }
}

/// <summary>The token's members.</summary>
internal sealed record Parts(
    string? Kind, string? Position, DateTime? From, DateTime? To, string? State, bool? IncludesCanceled, bool? IncludesRemoved, string? Order);

/// <summary>Reads and writes them.</summary>
[JsonSerializable(typeof(Parts))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class PartsJson : JsonSerializerContext;
