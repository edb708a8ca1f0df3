using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SyncFunctions.Store.Sessions;

/// <summary>Creates the IDs of sessions and participants, and the names of their objects in Sync.</summary>
internal static class SessionKeys
{
    /// <summary>The map of the sessions, whose keys sort by start time.</summary>
    public const string Sessions = "sessions";

    /// <summary>The map from an ID's hash to the session or participant.</summary>
    public const string Index = "session-index";

    private const string StartFormat = "yyyyMMdd'T'HHmmssfff'Z'";

    // Sixteen bytes as hexadecimal digits.
    private const int HashLength = 32;

    // Many sessions start at nine. With eight random bytes no two of them get the same key, so a key that is taken was taken by an earlier attempt.
    private const int SuffixBytes = 8;

    /// <summary>Creates an ID of 128 random bits. <see cref="Guid.NewGuid"/> has 122.</summary>
    public static string NewId() => new Guid(RandomNumberGenerator.GetBytes(16)).ToString("D");

    /// <summary>Checks whether a text can be an ID. Each ID has exactly one form, so a changed letter makes another ID.</summary>
    public static bool IsId(string text) => Guid.TryParseExact(text, "D", out Guid id) && id.ToString("D") == text;

    /// <summary>Creates a key for a session's item. It is never used again.</summary>
    public static string New(DateTime start) => $"{Bound(start)}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SuffixBytes))}";

    /// <summary>Creates a text that sorts before all keys of sessions that start at this time or later, and after all others.</summary>
    public static string Bound(DateTime start) => start.ToString(StartFormat, CultureInfo.InvariantCulture);

    /// <summary>Creates the key of an ID's index entry. The ID itself is never in a URL, because URLs appear in logs and messages.</summary>
    public static string IndexKey(string id) => Hash(id);

    /// <summary>Creates the identity for a participant's access token. Others may see it; it does not reveal the ID.</summary>
    public static string Identity(string participantId) => $"participant-{Hash($"identity of {participantId}")}";

    /// <summary>Creates the name of a session's document and Video room.</summary>
    public static string Room(string sessionId) => $"session-{sessionId}";

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashLength];
}
