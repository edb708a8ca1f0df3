using System.Globalization;
using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Sessions;

/// <summary>How many requests to Sync a call takes, however many sessions there are: the table of docs/sessions.md.</summary>
public sealed class SessionCostTests
{
    private const int Others = 10_000;

    [Fact]
    public async Task A_call_takes_as_many_requests_among_10000_sessions_as_alone()
    {
        await using TestApp app = await TestApp.StartAsync();
        // The first of all creates the two maps.
        await app.OpenSessionAsync(DateTimeOffset.UtcNow, new { role = "host" });
        Dictionary<string, int> alone = await MeasureAsync(app);

        await FillAsync(app);
        Dictionary<string, int> among = await MeasureAsync(app);

        among.Should().BeEquivalentTo(alone);
        Dictionary<string, int> documented = Documented();
        alone.Should().BeEquivalentTo(documented);
    }

    [Fact]
    public async Task Pages_of_10000_sessions_take_one_request_each_in_either_order_from_anywhere()
    {
        await using TestApp app = await TestApp.StartAsync();
        await app.OpenSessionAsync(DateTimeOffset.UtcNow);
        await FillAsync(app);
        foreach (string order in (string[])["asc", "desc"])
        {
            object query = new { order, pageSize = 100, from = "2200-01-01T00:00:00Z" };
            List<string> starts = [];
            int pages = 0;
            int before = app.Sync.Count;
            while (true)
            {
                JsonElement page = await app.ResolveAsync("getSessions", query);
                pages++;
                starts.AddRange(page.Items().Select(session => session.Text("startTime")));
                if (page.GetProperty("nextPageToken").GetString() is not { } pageToken)
                {
                    break;
                }

                query = new { pageToken, pageSize = 100 };
            }

            starts.Should().HaveCount(Others).And.OnlyHaveUniqueItems();
            (order == "asc" ? starts : Enumerable.Reverse(starts)).Should().BeInAscendingOrder(StringComparer.Ordinal);
            (app.Sync.Count - before).Should().Be(pages);
            pages.Should().BeLessThanOrEqualTo((Others / 100) + 1);
        }

        int first = app.Sync.Count;
        JsonElement middle = await app.ResolveAsync("getSessions", new { from = At(5000), to = At(5002) });
        middle.Items().Select(session => session.Text("startTime")).Should().Equal(At(5000), At(5001), At(5002));
        (app.Sync.Count - first).Should().Be(1);
    }

    private static string At(int minute) =>
        new DateTime(2200, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(minute).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    // Straight into the map: it is the number of its items that counts.
    private static async Task FillAsync(TestApp app)
    {
        using HttpClient sync = new() { BaseAddress = new Uri(app.Emulator.Url, "/v1/Services/default/Maps/sessions/") };
        sync.DefaultRequestHeaders.Authorization = TestEmulator.Basic("AC" + new string('0', 32), "0123456789abcdef0123456789abcdef");
        await Parallel.ForEachAsync(Enumerable.Range(0, Others), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, cancellationToken) =>
        {
            string key = $"{At(i).Replace("-", "", StringComparison.Ordinal).Replace(":", "", StringComparison.Ordinal)[..^1]}000Z-{i:x16}";
            string data = $$"""{"id":"{{Guid.NewGuid()}}","start":"{{At(i)}}","end":"2300-01-01T00:00:00Z","rev":0,"participants":[]}""";
            using FormUrlEncodedContent form = new([KeyValuePair.Create("Key", key), KeyValuePair.Create("Data", data)]);
            using HttpResponseMessage response = await sync.PostAsync(new Uri("Items", UriKind.Relative), form, cancellationToken);
            response.EnsureSuccessStatusCode();
        });
    }

    private static async Task<Dictionary<string, int>> MeasureAsync(TestApp app)
    {
        Dictionary<string, int> requests = [];
        DateTimeOffset now = DateTimeOffset.UtcNow;
        JsonElement session = await CountAsync("createSession, and one more for each participant", 2, () => app.OpenSessionAsync(now, new { role = "host" }, new { }));
        string sessionId = session.Id();
        string host = session.Participants()[0].Text("participantId");
        string guest = session.Participants()[1].Text("participantId");
        await CountAsync("getSession", 0, () => app.ResolveAsync("getSession", new { sessionId }));
        await CountAsync("getSessions", 0, () => app.ResolveAsync("getSessions", new { pageSize = 2 }));
        await CountAsync("getParticipants", 0, () => app.ResolveAsync("getParticipants", new { sessionId }));
        await CountAsync("updateSession", 0, () => app.ResolveAsync("updateSession", new { sessionId, sessionName = "b" }));
        await CountAsync("updateSession with another end", 0, () => app.ResolveAsync("updateSession", new { sessionId, endTime = now.AddHours(2) }));
        await CountAsync("updateSession with another start", 0, () => app.ResolveAsync("updateSession", new { sessionId, startTime = now.AddHours(-1) }));
        await CountAsync("addParticipant", 0, () => app.ResolveAsync("addParticipant", new { sessionId }));
        await CountAsync("getParticipant", 0, () => app.ResolveAsync("getParticipant", new { participantId = host }));
        await CountAsync("updateParticipant", 0, () => app.ResolveAsync("updateParticipant", new { participantId = host, state = "x" }));
        await CountAsync("join of a guest who waits, the first time", 0, () => JoinedAsync(guest));
        await CountAsync("join of a guest who waits", 0, () => JoinedAsync(guest));
        await CountAsync("admitParticipant", 0, () => app.ResolveAsync("admitParticipant", new { participantId = guest }));
        await CountAsync("join, the first one of a session", 0, () => JoinedAsync(host));
        await CountAsync("join", 0, () => JoinedAsync(guest));
        await CountAsync("updateSession with another end, once someone has joined", 0, () => app.ResolveAsync("updateSession", new { sessionId, endTime = now.AddHours(3) }));
        await CountAsync("removeParticipant", 0, () => app.ResolveAsync("removeParticipant", new { participantId = guest }));
        await CountAsync("cancelSession", 0, () => app.ResolveAsync("cancelSession", new { sessionId }));
        return requests;

        async Task<JsonElement> CountAsync(string call, int participants, Func<Task<JsonElement>> run)
        {
            int before = app.Sync.Count;
            JsonElement result = await run();
            requests.Add(call, app.Sync.Count - before - participants);
            return result;
        }

        async Task<JsonElement> JoinedAsync(string participantId)
        {
            using HttpResponseMessage response = await app.JoinAsync(participantId);
            response.IsSuccessStatusCode.Should().BeTrue();
            return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.Clone();
        }
    }

    private static Dictionary<string, int> Documented() => File.ReadAllLines(Path.Combine(Repository.Root, "docs", "sessions.md"))
        .SkipWhile(line => line != "| call | requests |").Skip(2).TakeWhile(line => line.StartsWith('|'))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .ToDictionary(cells => cells[1].Replace("`", "", StringComparison.Ordinal), cells => int.Parse(cells[2], CultureInfo.InvariantCulture));
}
