using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

using SyncFunctions.Client;
using SyncFunctions.Store.Json;

namespace SyncFunctions.Store.Sessions;

/// <summary>Reads and writes the data of the items of the two maps.</summary>
[JsonSerializable(typeof(Session))]
[JsonSerializable(typeof(IndexEntry))]
internal sealed partial class SessionJson : JsonSerializerContext
{
    private static readonly SessionJson Short = new(new JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    private static readonly DateTime LongestDate = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Writes a session.</summary>
    public static string Write(Session session) => JsonSerializer.Serialize(session, Short.Session);

    /// <summary>Writes an entry of the index.</summary>
    public static string Write(IndexEntry entry) => JsonSerializer.Serialize(entry, Short.IndexEntry);

    /// <summary>Reads a session, or returns <see langword="null"/> if the data is not one.</summary>
    public static Session? ReadSession(JsonText data) => Read(data, text => JsonSerializer.Deserialize(text, Short.Session));

    /// <summary>Reads an entry of the index, or returns <see langword="null"/> if the data is not one.</summary>
    public static IndexEntry? ReadEntry(JsonText data) => Read(data, text => JsonSerializer.Deserialize(text, Short.IndexEntry));

    /// <summary>
    /// Checks that a session fits in an item with everything that may be added later: its cancellation, a move, and one date of each
    /// participant. So no session is ever too large to be canceled.
    /// </summary>
    /// <exception cref="ParameterException">413.</exception>
    public static void RequireRoom(Session session)
    {
        string longest = SessionKeys.New(session.StartTime);
        string text = Write(session with
        {
            CanceledTime = LongestDate,
            Changes = long.MaxValue,
            MovedFrom = longest,
            Participants =
            [
                .. session.Participants.Select(participant =>
                    participant with { WaitingSince = null, AdmittedAt = LongestDate, DeletedAt = null }),
            ],
        });
        if (Encoding.UTF8.GetByteCount(text) > JsonObjectText.MaximumDataSize)
        {
            throw JsonObjectText.TooLarge("session", JsonObjectText.MaximumDataSize);
        }
    }

    // Anyone who may write to the service can put other data into its maps.
    private static T? Read<T>(JsonText data, Func<string, T?> read)
        where T : class
    {
        try
        {
            return read(data.GetRawText());
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The index entry of an ID.</summary>
/// <param name="Key">The key of a session's item, or <see langword="null"/> for a participant.</param>
/// <param name="SessionId">The session of a participant, or <see langword="null"/> for a session.</param>
internal sealed record IndexEntry(
    [property: JsonPropertyName("key")] string? Key = null,
    [property: JsonPropertyName("sessionId")] string? SessionId = null);
