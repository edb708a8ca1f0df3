using System.Globalization;

namespace SyncFunctions.Store.Sessions;

/// <summary>Is thrown if a session has not begun.</summary>
/// <param name="opens">When it begins (UTC).</param>
public sealed class SessionNotOpenException(DateTime opens)
    : Exception($"The session opens at {opens.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture)}.")
{
    /// <summary>Gets when it begins (UTC).</summary>
    public DateTime Opens { get; } = opens;
}
