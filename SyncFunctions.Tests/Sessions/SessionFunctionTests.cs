using System.Net;
using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Sessions;

/// <summary>Sessions and their participants as callers see them.</summary>
public sealed class SessionFunctionTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const string Start = "2030-06-08T13:34:00Z";
    private const string End = "2030-06-08T13:44:00Z";

    private readonly TestApp app = fixture.App;

    private DateTimeOffset Now => fixture.Time.GetUtcNow();

    [Fact]
    public async Task A_session_is_created_with_all_its_fields_and_read_back()
    {
        using HttpResponseMessage response = await app.CallAsync("createSession", new
        {
            sessionName = "A test session with Dr. Who",
            startTime = Start,
            endTime = End,
            picture = "http://www.example.com/200/300",
            participants = new object[]
            {
                new { displayName = "Dr. Who", role = "host", picture = "http://www.example.com/1", state = "test-state" },
                new { displayName = "é😀 \"\\\n" },
                new { },
            },
        });
        JsonElement session = await Task.FromResult(response).ResolvedAsync();

        response.Headers.ETag!.Tag.Should().Be("\"0\"");
        session.Members().Should().Equal(
            "sessionId", "teamId", "clientId", "sessionName", "startTime", "endTime", "picture", "canceledTime", "revision", "participants");
        session.Id().Should().MatchRegex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$");
        session.Text("teamId").Should().Be("IS" + new string('0', 32)).And.Be(session.Text("clientId"));
        session.Text("sessionName").Should().Be("A test session with Dr. Who");
        (session.Text("startTime"), session.Text("endTime")).Should().Be((Start, End));
        session.Text("picture").Should().Be("http://www.example.com/200/300");
        session.Raw("canceledTime").Should().Be("null");
        session.Participants().Select(participant => participant.Raw("displayName")).Should().Equal("\"Dr. Who\"", "\"é\\uD83D\\uDE00 \\\"\\\\\\n\"", "null");
        session.Participants().Select(participant => participant.Text("role")).Should().Equal("HOST", "GUEST", "GUEST");
        JsonElement host = session.Participants()[0];
        host.Members().Should().Equal(
            "participantId", "sessionId", "clientId", "displayName", "role", "picture", "state", "entryUrl", "waitingSince", "admittedAt", "deletedAt");
        host.Id().Should().Be(session.Id());
        host.Text("entryUrl").Should().Be($"{app.Url}api/join/{host.Text("participantId")}");
        host.Text("state").Should().Be("test-state");

        (await app.ResolveAsync("getSession", new { sessionId = session.Id() })).GetRawText().Should().Be(session.GetRawText());
        (await app.ResolveAsync("getParticipants", new { sessionId = session.Id() })).GetRawText().Should().Be(session.Raw("participants"));
        (await app.ResolveAsync("getParticipant", new { participantId = host.Text("participantId") })).GetRawText().Should().Be(host.GetRawText());
    }

    [Theory]
    [InlineData("2030-06-08T13:34:00Z", "2030-06-08T13:34:00Z")]
    [InlineData("2030-06-08T13:34Z", "2030-06-08T13:34:00Z")]
    [InlineData("2030-06-08T13:34:00.5Z", "2030-06-08T13:34:00.5Z")]
    [InlineData("2030-06-08T13:34:00.123456789Z", "2030-06-08T13:34:00.123Z")]
    [InlineData("2030-06-08T15:34:00+02:00", "2030-06-08T13:34:00Z")]
    [InlineData("2030-06-08T08:04:00.001-05:30", "2030-06-08T13:34:00.001Z")]
    [InlineData("Sat, 08 Jun 2030 13:34:00 GMT", "2030-06-08T13:34:00Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z")]
    public async Task A_date_of_ISO_8601_and_of_RFC_1123_is_taken_and_given_back_in_UTC(string given, string expected)
    {
        JsonElement session = await app.ResolveAsync("createSession", new { startTime = given, endTime = "9999-12-31T23:59:59.999Z" });

        (session.Text("startTime"), session.Text("endTime")).Should().Be((expected, "9999-12-31T23:59:59.999Z"));
    }

    [Theory]
    [InlineData("2030-06-08T13:34:00Z")]
    [InlineData("2030-06-08T13:33:59.999Z")]
    [InlineData("2030-06-08T14:34:00+01:00")]
    public async Task A_session_that_ends_before_it_starts_is_refused_and_nothing_is_written(string endTime)
    {
        int before = app.Sync.Count;

        await app.RefusesAsync("createSession", new { startTime = Start, endTime }, "endTime");

        app.Sync.Count.Should().Be(before);
    }

    [Theory]
    [InlineData("""[{"role":"host"},{"role":"participant"}]""", "participants[1].role")]
    [InlineData("""[{"role":""}]""", "participants[0].role")]
    [InlineData("""[{"role":1}]""", "participants[0].role")]
    [InlineData("""[{"role":"host","Role":"guest"}]""", "participants[0].role")]
    [InlineData("""[{},5]""", "participants[1]")]
    [InlineData("""[null]""", "participants[0]")]
    [InlineData("""[[]]""", "participants[0]")]
    [InlineData("""[{"displayName":{}}]""", "participants[0].displayName")]
    [InlineData("""[{"displayName":"\ud800"}]""", "participants[0].displayName")]
    [InlineData("""[{"\ud800":1}]""", "participants[0]")]
    [InlineData("""[{"state":"0123456789012345678901234567890123456789012345678901234567890123!"}]""", "participants[0].state")]
    public async Task A_participant_that_cannot_be_used_is_refused_by_its_place(string participants, string parameter)
    {
        int before = app.Sync.Count;

        await app.RefusesJsonAsync("createSession", $$"""{"startTime":"{{Start}}","endTime":"{{End}}","participants":{{participants}}}""", parameter);

        app.Sync.Count.Should().Be(before);
    }

    [Fact]
    public async Task A_form_has_participants_as_the_text_of_their_JSON()
    {
        JsonElement session = await app.PostFormAsync(
            "createSession", ("startTime", Start), ("endTime", "Sat, 08 Jun 2030 13:44:00 GMT"), ("participants", """[{"ROLE":"Host","unknown":{}}]""")).ResolvedAsync();

        session.Participants().Single().Text("role").Should().Be("HOST");
    }

    [Fact]
    public async Task Hundred_participants_are_taken_and_a_session_beyond_16_KiB_is_refused_with_nothing_left()
    {
        object[] Named(int count, int length) => [.. Enumerable.Range(0, count).Select(i => new { displayName = $"{i}".PadLeft(length, 'n') })];
        JsonElement session = await app.ResolveAsync("createSession", new { startTime = Start, endTime = End, participants = Named(100, 12) });
        session.Participants().Should().HaveCount(100);
        int before = app.Sync.Count;

        await app.RefusesAsync("createSession", new { startTime = Start, endTime = End, participants = Named(100, 120) }, "session", 413);

        app.Sync.Count.Should().Be(before);
        int added = 0;
        using HttpResponseMessage refused = await Enumerable.Range(0, 1000).ToAsyncEnumerable()
            .Select(async (int _, CancellationToken _) => await app.CallAsync("addParticipant", new { sessionId = session.Id(), displayName = new string('n', 256) }))
            .FirstAsync(response => response.IsSuccessStatusCode ? added++ < 0 : true);
        (await Problem.ReadAsync(refused)).Should().BeEquivalentTo(new { Status = 413, Parameter = "session" });
        (await app.ResolveAsync("getParticipants", new { sessionId = session.Id() })).GetArrayLength().Should().Be(100 + added);

        // In a full session, guests can still be admitted, and it can be moved, emptied and canceled.
        foreach (JsonElement participant in (await app.ResolveAsync("getParticipants", new { sessionId = session.Id() })).EnumerateArray())
        {
            await app.ResolveAsync("admitParticipant", new { participantId = participant.Text("participantId") });
        }

        await app.ResolveAsync("updateSession", new { sessionId = session.Id(), startTime = "2030-06-08T13:30:00.001Z" });
        foreach (JsonElement participant in (await app.ResolveAsync("getParticipants", new { sessionId = session.Id() })).EnumerateArray())
        {
            await app.ResolveAsync("removeParticipant", new { participantId = participant.Text("participantId") });
        }

        await app.ResolveAsync("cancelSession", new { sessionId = session.Id() });
    }

    [Fact]
    public async Task An_update_changes_what_it_names_and_counts_the_revision()
    {
        JsonElement session = await app.ResolveAsync("createSession", new { sessionName = "a", startTime = Start, endTime = End, picture = "p" });

        JsonElement named = await app.ResolveAsync("updateSession", new { sessionId = session.Id(), sessionName = "b" });
        JsonElement moved = await app.ResolveAsync("updateSession", new { sessionId = session.Id(), startTime = "2030-06-08T13:40:00Z", picture = "q" });
        JsonElement same = await app.ResolveAsync("updateSession", new { sessionId = session.Id(), sessionName = "b" });
        JsonElement read = await app.ResolveAsync("getSession", new { sessionId = session.Id() });

        (named.Text("sessionName"), named.Text("startTime"), named.Text("picture"), named.Text("revision")).Should().Be(("b", Start, "p", "1"));
        (moved.Text("sessionName"), moved.Text("startTime"), moved.Text("endTime"), moved.Text("picture"), moved.Text("revision"))
            .Should().Be(("b", "2030-06-08T13:40:00Z", End, "q", "2"));
        same.GetRawText().Should().Be(moved.GetRawText());
        read.GetRawText().Should().Be(moved.GetRawText());
    }

    [Fact]
    public async Task An_update_of_one_time_is_held_against_the_other()
    {
        JsonElement session = await app.ResolveAsync("createSession", new { startTime = Start, endTime = End });

        await app.RefusesAsync("updateSession", new { sessionId = session.Id(), startTime = End }, "startTime");
        await app.RefusesAsync("updateSession", new { sessionId = session.Id(), endTime = Start }, "endTime");
        await app.RefusesAsync("updateSession", new { sessionId = session.Id(), startTime = End, endTime = Start }, "endTime");

        (await app.ResolveAsync("getSession", new { sessionId = session.Id() })).GetRawText().Should().Be(session.GetRawText());
    }

    [Fact]
    public async Task An_outdated_revision_is_refused()
    {
        JsonElement session = await app.ResolveAsync("createSession", new { startTime = Start, endTime = End });
        string sessionId = session.Id();
        await app.AddAsync(session, "host");

        foreach (string function in (string[])["getSession", "updateSession", "cancelSession"])
        {
            await app.RefusesAsync(function, new { sessionId, sessionName = "b", ifMatch = "0" }, "ifMatch", 412);
            using HttpResponseMessage byHeader = await app.SendAsync(HttpMethod.Post, $"{function}?sessionId={sessionId}&sessionName=b", null, ("If-Match", "\"0\""));
            byHeader.StatusCode.Should().Be(HttpStatusCode.PreconditionFailed);
        }

        (await app.ResolveAsync("updateSession", new { sessionId, startTime = "2030-06-08T13:00:00Z", ifMatch = "1" })).Text("revision").Should().Be("2");
        await app.ResolveAsync("getSession", new { sessionId, ifMatch = "2" });
        using HttpResponseMessage canceled = await app.CallAsync("cancelSession", new { sessionId, ifMatch = "\"2\"" });
        canceled.Headers.ETag!.Tag.Should().Be("\"3\"");
    }

    [Fact]
    public async Task A_canceled_session_cannot_be_changed_and_responds_with_410()
    {
        JsonElement session = await app.OpenSessionAsync(Now, new { role = "host" }, new { role = "guest" });
        string sessionId = session.Id();
        string participantId = session.Participants()[1].Text("participantId");

        JsonElement canceled = await app.ResolveAsync("cancelSession", new { sessionId });

        canceled.GetProperty("canceledTime").GetDateTime().Should().BeCloseTo(Now.UtcDateTime, TimeSpan.FromMinutes(1));
        canceled.Participants().Should().HaveCount(2);
        await app.RefusesAsync("getSession", new { sessionId }, "sessionId", 410);
        await app.RefusesAsync("updateSession", new { sessionId, sessionName = "b" }, "sessionId", 410);
        await app.RefusesAsync("cancelSession", new { sessionId }, "sessionId", 410);
        await app.RefusesAsync("getParticipants", new { sessionId }, "sessionId", 410);
        await app.RefusesAsync("addParticipant", new { sessionId }, "sessionId", 410);
        await app.RefusesAsync("getParticipant", new { participantId }, "participantId", 410);
        await app.RefusesAsync("updateParticipant", new { participantId, state = "x" }, "participantId", 410);
        await app.RefusesAsync("removeParticipant", new { participantId }, "participantId", 410);
        await app.RefusesAsync("admitParticipant", new { participantId }, "participantId", 410);
        using HttpResponseMessage response = await app.CallAsync("getSession", new { sessionId });
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.Text("title").Should().Be("Gone");
    }

    [Theory]
    [InlineData(SessionCalls.Unknown)]
    [InlineData("x")]
    [InlineData("../x")]
    [InlineData("0B4C4A5E-8F0B-4D8E-9A55-3F1F2A6F6F10")]
    [InlineData("{0b4c4a5e-8f0b-4d8e-9a55-3f1f2a6f6f10}")]
    public async Task An_unused_id_is_not_found(string id)
    {
        foreach (string function in (string[])["getSession", "updateSession", "cancelSession", "getParticipants", "addParticipant"])
        {
            await app.RefusesAsync(function, new { sessionId = id }, "sessionId", 404);
        }

        foreach (string function in (string[])["getParticipant", "updateParticipant", "removeParticipant", "admitParticipant"])
        {
            await app.RefusesAsync(function, new { participantId = id }, "participantId", 404);
        }
    }

    [Fact]
    public async Task An_id_of_one_kind_is_not_accepted_for_another()
    {
        JsonElement session = await app.OpenSessionAsync(Now, new { role = "host" });

        await app.RefusesAsync("getSession", new { sessionId = session.Participants()[0].Text("participantId") }, "sessionId", 404);
        await app.RefusesAsync("getParticipant", new { participantId = session.Id() }, "participantId", 404);
        await app.RefusesAsync("getSession", new { sessionId = session.Id().ToUpperInvariant() }, "sessionId", 404);
    }

    [Fact]
    public async Task A_participant_is_added_changed_admitted_and_removed()
    {
        JsonElement session = await app.OpenSessionAsync(Now, new { role = "host", displayName = "Dr. Who" });

        JsonElement added = await app.ResolveAsync("addParticipant", new { sessionId = session.Id(), displayName = "Alice", state = "invited" });
        string participantId = added.Text("participantId");
        JsonElement changed = await app.ResolveAsync("updateParticipant", new { participantId, role = "HoSt", displayName = "Alice Liddell", picture = "p" });
        JsonElement admitted = await app.ResolveAsync("admitParticipant", new { participantId });
        JsonElement again = await app.ResolveAsync("admitParticipant", new { participantId });
        JsonElement read = await app.ResolveAsync("getParticipant", new { participantId });
        JsonElement removed = await app.ResolveAsync("removeParticipant", new { participantId });

        (added.Text("role"), added.Text("state"), added.Raw("admittedAt")).Should().Be(("GUEST", "invited", "null"));
        (changed.Text("role"), changed.Text("displayName"), changed.Text("picture"), changed.Text("state")).Should().Be(("HOST", "Alice Liddell", "p", "invited"));
        admitted.GetProperty("admittedAt").GetDateTime().Should().BeCloseTo(Now.UtcDateTime, TimeSpan.FromMinutes(1));
        again.GetRawText().Should().Be(admitted.GetRawText());
        read.GetRawText().Should().Be(admitted.GetRawText());
        removed.GetProperty("deletedAt").GetDateTime().Should().BeCloseTo(Now.UtcDateTime, TimeSpan.FromMinutes(1));
        foreach (string function in (string[])["getParticipant", "updateParticipant", "removeParticipant", "admitParticipant"])
        {
            await app.RefusesAsync(function, new { participantId, state = "x" }, "participantId", 404);
        }

        JsonElement left = await app.ResolveAsync("getSession", new { sessionId = session.Id() });
        left.Participants().Select(participant => participant.Text("displayName")).Should().Equal("Dr. Who");
        left.Text("revision").Should().Be("4");
        JsonElement all = await app.ResolveAsync("getSession", new { sessionId = session.Id(), includeRemoved = true });
        all.Participants().Select(participant => participant.Text("displayName")).Should().Equal("Dr. Who", "Alice Liddell");
    }

    [Fact]
    public async Task The_functions_are_not_for_callbacks()
    {
        string url = $"{app.Url}api/webhook/createSession?startTime={Start}&endTime={End}";

        using HttpResponseMessage response = await app.SendAsync(
            HttpMethod.Post, $"webhook/createSession?startTime={Start}&endTime={End}", null, ("X-Twilio-Signature", TwilioSigner.Sign(url)));

        response.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }
}
