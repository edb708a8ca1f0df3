using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SyncFunctions.Store.Sessions;

/// <summary>Makes the ids of sessions and participants, and the names under which Sync has what belongs to them.</summary>
internal static class SessionKeys
{
    /// <summary>The map of the sessions, whose keys are in the order of their starts.</summary>
    public const string Sessions = "sessions";

    /// <summary>The map that leads from an id's hash to what has the id.</summary>
    public const string Index = "session-index";

    private const string StartFormat = "yyyyMMdd'T'HHmmssfff'Z'";

    // Sixteen bytes in hexadecimal digits.
    private const int HashLength = 32;

    // Many sessions start at nine: with eight bytes two of them never get the same key, and a key that is taken was taken by an earlier attempt.
    private const int SuffixBytes = 8;

    /// <summary>Makes an id of 128 random bits. <see cref="Guid.NewGuid"/> has 122.</summary>
    public static string NewId() => new Guid(RandomNumberGenerator.GetBytes(16)).ToString("D");

    /// <summary>Tells whether a text can be an id. There is one way to write each, so that one with a changed letter is another.</summary>
    public static bool IsId(string text) => Guid.TryParseExact(text, "D", out Guid id) && id.ToString("D") == text;

    /// <summary>Makes a key for a session's item, which is never used again.</summary>
    public static string New(DateTime start) => $"{Bound(start)}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SuffixBytes))}";

    /// <summary>Makes the text that all keys of sessions which start then or later follow, and no others.</summary>
    public static string Bound(DateTime start) => start.ToString(StartFormat, CultureInfo.InvariantCulture);

    /// <summary>Makes the key of an id's entry in the index. The id itself stands in no URL, as those get into logs and messages.</summary>
    public static string IndexKey(string id) => Hash(id);

    /// <summary>Makes the identity of a participant's access token, which others may see: nobody gets from it to the id.</summary>
    public static string Identity(string participantId) => $"participant-{Hash($"identity of {participantId}")}";

    /// <summary>Makes the name of a session's document and Video room.</summary>
    public static string Room(string sessionId) => $"session-{sessionId}";

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashLength];
}
