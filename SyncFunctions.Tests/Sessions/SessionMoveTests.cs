using System.Globalization;
using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Sessions;

/// <summary>
/// Another start moves a session to another place in the order. That takes several requests, and an app may end or fall behind between any two of
/// them: the session is never lost, never there twice, and never stuck.
/// </summary>
public sealed class SessionMoveTests(TwoApps apps) : IClassFixture<TwoApps>, IDisposable
{
    // The requests of a move, from the index to the end.
    private const int Requests = 9;

    private const string Contacts = "getSession getSessions updateSession move addParticipant join";

    private static int lastDay;

    private readonly TestApp app = apps.First;
    private readonly string mark = Guid.NewGuid().ToString("N");

    // A day of its own, so that a test's sessions are alone in its time.
    private readonly DateTime start = new DateTime(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(Interlocked.Increment(ref lastDay));

    public static TheoryData<int, string> Deaths =>
        [.. from requests in Enumerable.Range(0, Requests + 1) from contact in Contacts.Split(' ') select (requests, contact)];

    public static TheoryData<int, int> Delays => [.. from requests in Enumerable.Range(0, Requests) from moves in Enumerable.Range(0, 3) select (requests, moves)];

    public void Dispose() => apps.Sync.GoOn();

    [Fact]
    public async Task A_move_takes_so_many_requests()
    {
        JsonElement session = await CreateAsync();
        int before = app.Sync.Count;

        await MoveAsync(app, session, 5);

        (app.Sync.Count - before).Should().Be(Requests);
    }

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task An_app_that_ends_during_a_move_leaves_a_working_session(int requests, string contact)
    {
        JsonElement session = await CreateAsync();
        apps.Sync.DieAfter(requests);
        using (await apps.Second.CallAsync("updateSession", new { sessionId = session.Id(), startTime = At(5) }))
        {
        }

        switch (contact)
        {
            case "getSession":
                await app.ResolveAsync(contact, new { sessionId = session.Id() });
                break;
            case "getSessions":
                (await ListAsync()).Should().ContainSingle();
                break;
            case "updateSession":
                (await app.ResolveAsync(contact, new { sessionId = session.Id(), picture = "new" })).Text("picture").Should().Be("new");
                break;
            case "move":
                (await MoveAsync(app, session, 9)).Text("startTime").Should().Be(At(9));
                break;
            case "addParticipant":
                await app.AddAsync(session, "guest");
                break;
            default:
                (await app.JoinAsync(session.Participants()[0].Text("participantId")).FailedAsync()).Status.Should().Be(403);
                break;
        }

        // The second request but one before the first step ends was the last in which nothing was changed.
        string expected = contact == "move" ? At(9) : requests <= 2 ? At(0) : At(5);
        await ExpectSettledAsync(session.Id(), expected);
    }

    [Theory]
    [MemberData(nameof(Delays))]
    public async Task An_app_that_falls_behind_during_a_move_undoes_nothing(int requests, int moves)
    {
        JsonElement session = await CreateAsync();
        TaskCompletionSource isWaiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        apps.Sync.PauseAfter(requests, isWaiting, released.Task);
        Task<HttpResponseMessage> late = apps.Second.CallAsync("updateSession", new { sessionId = session.Id(), startTime = At(5), sessionName = $"{mark} late" });
        await isWaiting.Task.WaitAsync(TimeSpan.FromMinutes(1));

        // Others complete its move, and continue.
        foreach (int move in Enumerable.Range(0, moves))
        {
            await MoveAsync(app, session, 10 + move);
        }

        await app.ResolveAsync("getSession", new { sessionId = session.Id() });
        await ListAsync();
        apps.Sync.GoOn();
        released.SetResult();
        using (HttpResponseMessage response = await late)
        {
            response.IsSuccessStatusCode.Should().BeTrue(await response.Content.ReadAsStringAsync());
        }

        // A change that was not applied before the pause is applied after all changes of others.
        await ExpectSettledAsync(session.Id(), requests <= 2 || moves == 0 ? At(5) : At(10 + moves - 1));
    }

    [Fact]
    public async Task Items_that_a_helper_creates_days_late_are_removed()
    {
        JsonElement session = await CreateAsync();
        await MoveAsync(app, session, 5);
        await MoveAsync(app, session, 9);
        string prefix = start.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        JsonElement[] marks = [.. (await app.ResolveAsync("queryMapItems", new { mapName = "sessions", from = prefix, pageSize = 2 })).Items()];
        // By now there is no trace of the session.
        foreach (JsonElement expired in marks)
        {
            await app.ResolveAsync("removeMapItem", new { mapName = "sessions", key = expired.Text("key") });
        }

        object Late(string data) => new { mapName = "sessions", key = marks[1].Text("key"), data = JsonDocument.Parse(data).RootElement };
        string whole = $$"""{"id":"{{session.Id()}}","start":"{{At(5)}}","end":"{{At(59)}}","rev":1,"participants":[],"movedFrom":"{{marks[0].Text("key")}}"}""";
        await app.ResolveAsync("setMapItem", Late(whole));

        await ExpectSettledAsync(session.Id(), At(9));
    }

    [Fact]
    public async Task Many_that_move_read_and_change_a_session_lose_nothing()
    {
        JsonElement session = await CreateAsync();
        string sessionId = session.Id();
        List<Task> callers = [];
        foreach (int caller in Enumerable.Range(0, 4))
        {
            TestApp own = caller % 2 == 0 ? apps.First : apps.Second;
            callers.Add(Task.Run(async () =>
            {
                foreach (int round in Enumerable.Range(0, 8))
                {
                    await MoveAsync(own, session, (caller * 10) + round + 1);
                }
            }));
            callers.Add(Task.Run(async () =>
            {
                foreach (int _ in Enumerable.Range(0, 8))
                {
                    await own.AddAsync(session, "guest");
                }
            }));
            callers.Add(Task.Run(async () =>
            {
                foreach (int _ in Enumerable.Range(0, 15))
                {
                    await own.ResolveAsync("getSession", new { sessionId });
                    await own.ResolveAsync("getSessions", new { from = At(0), to = At(50), pageSize = 3 });
                }
            }));
        }

        await Task.WhenAll(callers);

        JsonElement settled = await app.ResolveAsync("getSession", new { sessionId });
        settled.Participants().Should().HaveCount(1 + 32);
        settled.Text("revision").Should().Be("64");
        await ExpectSettledAsync(sessionId, settled.Text("startTime"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task An_app_that_ends_during_a_creation_leaves_a_whole_session_or_none(int requests)
    {
        apps.Sync.DieAfter(requests);
        using HttpResponseMessage response = await apps.Second.CallAsync(
            "createSession", new { sessionName = mark, startTime = At(0), endTime = At(59), participants = new[] { new { role = "host" }, new { role = "guest" } } });

        List<JsonElement> read = await ListAsync();

        read.Should().HaveCount(requests < 4 ? 0 : 1);
        read.Where(session => session.Participants().Length != 2).Should().BeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task An_app_that_ends_while_it_adds_a_participant_leaves_one_who_is_found_or_none(int requests)
    {
        JsonElement session = await CreateAsync();
        apps.Sync.DieAfter(requests);
        using HttpResponseMessage response = await apps.Second.CallAsync("addParticipant", new { sessionId = session.Id() });

        JsonElement[] participants = (await app.ResolveAsync("getSession", new { sessionId = session.Id() })).Participants();

        participants.Should().HaveCount(requests < 4 ? 1 : 2);
        foreach (JsonElement participant in participants)
        {
            await app.ResolveAsync("getParticipant", new { participantId = participant.Text("participantId") });
        }
    }

    private string At(int minute) => SessionCalls.Iso(start.AddMinutes(minute)).Replace(".000Z", "Z", StringComparison.Ordinal);

    private Task<JsonElement> CreateAsync() => app.ResolveAsync(
        "createSession", new { sessionName = mark, startTime = At(0), endTime = At(59), participants = new[] { new { role = "host" } } });

    private Task<JsonElement> MoveAsync(TestApp by, JsonElement session, int minute) =>
        by.ResolveAsync("updateSession", new { sessionId = session.Id(), startTime = At(minute) });

    private async Task<List<JsonElement>> ListAsync()
    {
        List<JsonElement> sessions = [];
        for (string? pageToken = ""; pageToken is not null;)
        {
            JsonElement page = await app.ResolveAsync(
                "getSessions", pageToken.Length == 0 ? new { from = At(0), to = At(59), pageSize = 2 } : new { pageToken, pageSize = 2 });
            sessions.AddRange(page.Items());
            pageToken = page.GetProperty("nextPageToken").GetString();
        }

        return sessions;
    }

    private async Task ExpectSettledAsync(string sessionId, string startTime)
    {
        List<JsonElement> listed = await ListAsync();
        JsonElement byId = await app.ResolveAsync("getSession", new { sessionId });

        listed.Select(session => session.GetRawText()).Should().Equal(byId.GetRawText());
        byId.Text("startTime").Should().Be(startTime);
        await app.ResolveAsync("updateSession", new { sessionId, picture = "after" });
        string prefix = start.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        JsonElement[] items = [.. (await app.ResolveAsync("queryMapItems", new { mapName = "sessions", from = prefix, pageSize = 100 })).Items()
            .Where(item => item.GetProperty("data").Text("id") == sessionId && !item.GetProperty("data").TryGetProperty("gone", out _))];
        items.Should().ContainSingle().Which.GetProperty("data").Members().Should().NotContain(["movesTo", "movedFrom"]);
        items[0].Text("key").Should().StartWith(DateTime.Parse(startTime, CultureInfo.InvariantCulture).ToUniversalTime().ToString("yyyyMMdd'T'HHmmssfff'Z-'", CultureInfo.InvariantCulture));
        // Leftover items expire.
        (await app.ResolveAsync("queryMapItems", new { mapName = "sessions", from = prefix, pageSize = 100 })).Items()
            .Where(item => item.GetProperty("data").TryGetProperty("gone", out _) && item.GetProperty("data").Text("id") == sessionId)
            .Where(item => item.SecondsToLive() != 86_400).Should().BeEmpty();
    }
}
