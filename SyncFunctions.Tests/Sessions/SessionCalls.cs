using System.Globalization;
using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Sessions;

/// <summary>What the tests of sessions have in common.</summary>
internal static class SessionCalls
{
    /// <summary>An unused id.</summary>
    public const string Unknown = "0b4c4a5e-8f0b-4d8e-9a55-3f1f2a6f6f10";

    public static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Schedules a session that is open now, for an hour.</summary>
    public static Task<JsonElement> OpenSessionAsync(this TestApp app, DateTimeOffset now, params object[] participants) => app.ResolveAsync(
        "createSession", new { sessionName = "A consultation", startTime = Iso(now.AddMinutes(-1)), endTime = Iso(now.AddHours(1)), participants });

    public static async Task<string> AddAsync(this TestApp app, JsonElement session, string role, string name = "Alice") =>
        (await app.ResolveAsync("addParticipant", new { sessionId = session.Id(), role, displayName = name })).Text("participantId");

    public static string Id(this JsonElement session) => session.Text("sessionId");

    public static JsonElement[] Items(this JsonElement page) => [.. page.GetProperty("items").EnumerateArray()];

    public static JsonElement[] Participants(this JsonElement session) => [.. session.GetProperty("participants").EnumerateArray()];

    /// <summary>Follows an entry link as a program does.</summary>
    public static Task<HttpResponseMessage> JoinAsync(this TestApp app, string participantId, params (string Name, string Value)[] headers) =>
        app.SendAsync(HttpMethod.Get, $"join/{participantId}", null, headers);
}
