using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json;

using Microsoft.Extensions.DependencyInjection;

using SyncFunctions.Configuration;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Sessions;

/// <summary>Entry links: who may enter, when, and with which token.</summary>
public sealed class JoinTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const string JoinUrl = "https://site.example/session/?lang=en";

    private readonly TestApp app = fixture.App;

    private DateTimeOffset Now => fixture.Time.GetUtcNow();

    [Fact]
    public async Task A_host_enters_with_a_token_for_the_session_and_sees_no_link_of_others()
    {
        JsonElement session = await app.OpenSessionAsync(
            Now, new { role = "host", displayName = "Dr. Who", picture = "p", state = "secret state" }, new { displayName = "Alice" }, new { displayName = "Bob" });
        await app.ResolveAsync("removeParticipant", new { participantId = session.Participants()[2].Text("participantId") });

        using HttpResponseMessage response = await Http(session.Participants()[0].Text("entryUrl"));
        JsonElement joined = await Task.FromResult(response).ResolvedAsync();

        response.Headers.CacheControl!.NoStore.Should().BeTrue();
        joined.Members().Should().Equal("role", "token", "expires", "session");
        joined.Text("role").Should().Be("HOST");
        joined.GetProperty("session").GetRawText().Should().Be(
            $$"""{"sessionId":"{{session.Id()}}","sessionName":"A consultation","startTime":{{session.Raw("startTime")}},"endTime":{{session.Raw("endTime")}},"picture":null,"""
            + """ "participants":[{"displayName":"Dr. Who","role":"HOST","picture":"p"},{"displayName":"Alice","role":"GUEST","picture":null}]}""".TrimStart());
        JsonElement claims = Claims(joined.Text("token"));
        JsonElement grants = claims.GetProperty("grants");
        grants.Members().Should().BeEquivalentTo("identity", "data_sync", "video");
        grants.Text("identity").Should().MatchRegex("^participant-[0-9a-f]{32}$");
        grants.GetProperty("data_sync").Text("service_sid").Should().Be("default");
        grants.GetProperty("video").Text("room").Should().Be($"session-{session.Id()}");
        DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty("exp").GetInt64()).UtcDateTime.Should().Be(joined.GetProperty("expires").GetDateTime());
        joined.GetProperty("expires").GetDateTime().Should().BeCloseTo(session.GetProperty("endTime").GetDateTime(), TimeSpan.FromSeconds(2))
            .And.BeOnOrBefore(session.GetProperty("endTime").GetDateTime());
        foreach (string id in session.Participants().Select(participant => participant.Text("participantId")))
        {
            joined.GetRawText().Should().NotContain(id).And.NotContain(id.Replace("-", "", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_guest_waits_until_they_are_admitted()
    {
        JsonElement session = await app.OpenSessionAsync(Now);
        string guest = await app.AddAsync(session, "guest");

        using HttpResponseMessage waiting = await app.JoinAsync(guest);
        JsonElement knocking = await app.ResolveAsync("getParticipant", new { participantId = guest });
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        using HttpResponseMessage again = await app.JoinAsync(guest);
        JsonElement still = await app.ResolveAsync("getParticipant", new { participantId = guest });
        JsonElement admitted = await app.ResolveAsync("admitParticipant", new { participantId = guest });
        JsonElement joined = await app.JoinAsync(guest).ResolvedAsync();

        foreach (HttpResponseMessage response in (HttpResponseMessage[])[waiting, again])
        {
            response.StatusCode.Should().Be(HttpStatusCode.Accepted);
            response.Headers.CacheControl!.NoStore.Should().BeTrue();
            (await response.Content.ReadAsStringAsync()).Should().Be("""{"state":"waiting"}""");
        }

        knocking.Raw("waitingSince").Should().NotBe("null");
        still.Raw("waitingSince").Should().Be(knocking.Raw("waitingSince"), "it is noted once");
        (admitted.Raw("waitingSince"), admitted.Raw("admittedAt") != "null").Should().Be(("null", true));
        joined.Text("role").Should().Be("GUEST");
    }

    [Fact]
    public async Task A_link_opens_between_the_start_and_the_end_only()
    {
        // To the second, as a token's end is.
        DateTimeOffset start = DateTimeOffset.FromUnixTimeSeconds(Now.ToUnixTimeSeconds()).AddHours(1);
        JsonElement session = await app.ResolveAsync("createSession", new
        {
            startTime = SessionCalls.Iso(start),
            endTime = SessionCalls.Iso(start.AddHours(30)),
            participants = new[] { new { role = "host" }, new { role = "guest" } },
        });
        string host = session.Participants()[0].Text("participantId");

        foreach (JsonElement participant in session.Participants())
        {
            using HttpResponseMessage early = await app.JoinAsync(participant.Text("participantId"));
            early.Headers.CacheControl!.NoStore.Should().BeTrue();
            (await Problem.ReadAsync(early)).Status.Should().Be(403);
            JsonDocument.Parse(await early.Content.ReadAsStringAsync()).RootElement.Text("opens").Should().Be(session.Text("startTime"));
        }

        fixture.Time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));
        JsonElement joined = await app.JoinAsync(host).ResolvedAsync();
        joined.GetProperty("expires").GetDateTime().Should().BeCloseTo(Now.UtcDateTime.AddHours(24), TimeSpan.FromMinutes(1), "no token lives longer");
        fixture.Time.Advance(TimeSpan.FromHours(30));
        foreach (JsonElement participant in session.Participants())
        {
            using HttpResponseMessage late = await app.JoinAsync(participant.Text("participantId"));
            late.Headers.CacheControl!.NoStore.Should().BeTrue();
            (await Problem.ReadAsync(late)).Should().BeEquivalentTo(new { Status = 410, Parameter = "participantId" });
        }

        await app.ResolveAsync("updateSession", new { sessionId = session.Id(), endTime = SessionCalls.Iso(Now.AddHours(1)) });
        await app.JoinAsync(host).ResolvedAsync();
    }

    [Fact]
    public async Task A_link_of_a_canceled_session_and_one_of_a_removed_participant_do_not_work()
    {
        JsonElement session = await app.OpenSessionAsync(Now, new { role = "host" }, new { role = "host" });
        string[] ids = [.. session.Participants().Select(participant => participant.Text("participantId"))];

        await app.ResolveAsync("removeParticipant", new { participantId = ids[1] });
        (await app.JoinAsync(ids[1]).FailedAsync()).Should().BeEquivalentTo(new { Status = 404, Parameter = "participantId" });
        await app.ResolveAsync("cancelSession", new { sessionId = session.Id() });
        (await app.JoinAsync(ids[0]).FailedAsync()).Should().BeEquivalentTo(new { Status = 410, Parameter = "participantId" });
    }

    [Fact]
    public async Task A_link_with_another_character_does_not_work()
    {
        JsonElement session = await app.OpenSessionAsync(Now, new { role = "host" });
        string id = session.Participants()[0].Text("participantId");
        List<string> altered =
        [
            .. Enumerable.Range(0, id.Length).Select(i => $"{id[..i]}{(id[i] == '0' ? '1' : '0')}{id[(i + 1)..]}"),
            .. Enumerable.Range(0, id.Length).Select(i => id.Remove(i, 1)),
            .. Enumerable.Range(0, id.Length).Where(i => char.IsAsciiLetter(id[i])).Select(i => $"{id[..i]}{char.ToUpperInvariant(id[i])}{id[(i + 1)..]}"),
            id + "0", "0" + id, $"%7B{id}%7D", id.Replace("-", "", StringComparison.Ordinal), $"{id}%0A", $"%20{id}", "x", SessionCalls.Unknown, session.Id(),
        ];

        foreach (string link in altered)
        {
            using HttpResponseMessage response = await app.JoinAsync(link);
            response.StatusCode.Should().Be(HttpStatusCode.NotFound, link);
            response.Headers.CacheControl!.NoStore.Should().BeTrue();
        }

        await app.JoinAsync(id).ResolvedAsync();
    }

    [Fact]
    public async Task A_link_takes_GET_and_HEAD()
    {
        JsonElement session = await app.OpenSessionAsync(Now, new { role = "host" });
        string link = $"join/{session.Participants()[0].Text("participantId")}";

        using HttpResponseMessage head = await app.SendAsync(HttpMethod.Head, link);
        using HttpResponseMessage post = await app.SendAsync(HttpMethod.Post, link);

        head.StatusCode.Should().Be(HttpStatusCode.OK);
        post.StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task A_link_names_its_service()
    {
        await using TestApp several = await TestApp.StartAsync(ServicesFixture.Settings);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        JsonElement session = await several.ResolveAsync("createSession", new
        {
            service = "Second",
            startTime = SessionCalls.Iso(now),
            endTime = SessionCalls.Iso(now.AddHours(1)),
            participants = new[] { new { role = "host" } },
        });
        JsonElement host = session.Participants()[0];

        host.Text("entryUrl").Should().EndWith($"/api/join/{host.Text("participantId")}?service=second");
        (session.Text("clientId"), host.Text("clientId")).Should().Be((ServicesFixture.SecondSid, ServicesFixture.SecondSid));
        JsonElement joined = await several.SendAsync(HttpMethod.Get, host.Text("entryUrl").Split("/api/")[1]).ResolvedAsync();
        Claims(joined.Text("token")).GetProperty("grants").GetProperty("data_sync").Text("service_sid").Should().Be(ServicesFixture.SecondSid);
        (await several.JoinAsync(host.Text("participantId")).FailedAsync()).Status.Should().Be(404);
        (await several.SendAsync(HttpMethod.Get, $"join/{host.Text("participantId")}?service=none").FailedAsync()).Parameter.Should().Be("service");
    }

    [Theory]
    [InlineData("https://meet.example", "https://meet.example/api/join/")]
    [InlineData("https://meet.example/", "https://meet.example/api/join/")]
    [InlineData("https://meet.example/base/, https://other.example", "https://meet.example/base/api/join/")]
    public async Task A_link_begins_with_the_public_address_and_needs_no_key_there(string publicUrl, string expected)
    {
        await using TestApp tunnelled = await TestApp.StartAsync(new Dictionary<string, string?> { ["PublicUrl"] = publicUrl });
        JsonElement session = await tunnelled.OpenSessionAsync(DateTimeOffset.UtcNow, new { role = "host" });
        JsonElement host = session.Participants()[0];

        host.Text("entryUrl").Should().Be(expected + host.Text("participantId"));
        (string, string)[] passedOn = [("Host", "meet.example"), ("X-Forwarded-For", "203.0.113.9"), ("Origin", "https://meet.example")];
        await tunnelled.JoinAsync(host.Text("participantId"), passedOn).ResolvedAsync();
        (await tunnelled.SendAsync(HttpMethod.Get, $"getSession?sessionId={session.Id()}", null, passedOn).FailedAsync()).Status.Should().Be(401);
    }

    [Fact]
    public async Task A_link_needs_no_key_if_functions_do()
    {
        await using TestApp keyed = await TestApp.StartAsync(new Dictionary<string, string?> { ["FunctionKeys:Host"] = "the-key" });
        keyed.Http.DefaultRequestHeaders.Add("x-functions-key", "the-key");
        JsonElement session = await keyed.OpenSessionAsync(DateTimeOffset.UtcNow, new { role = "host" });
        keyed.Http.DefaultRequestHeaders.Remove("x-functions-key");

        await keyed.JoinAsync(session.Participants()[0].Text("participantId")).ResolvedAsync();
    }

    [Fact]
    public async Task Without_an_API_key_no_one_enters_and_nothing_is_opened()
    {
        await using TestApp keyless = await TestApp.StartAsync(
            TestApp.TwilioAt(app.Emulator.Url), services => services.AddSingleton<TimeProvider>(fixture.Time));
        JsonElement session = await app.OpenSessionAsync(Now, new { role = "host" });

        Problem problem = await keyless.JoinAsync(session.Participants()[0].Text("participantId")).FailedAsync();

        problem.Status.Should().Be(409);
        problem.Detail.Should().Contain("Twilio__ApiKeySid");
        (await app.ResolveAsync("searchDocument", new { docName = $"session-{session.Id()}" })).GetString().Should().BeEmpty();
    }

    [Fact]
    public async Task Permissions_in_Sync_end_with_the_session()
    {
        JsonElement session = await app.OpenSessionAsync(Now, new { role = "host" }, new { role = "host" });
        string docName = $"session-{session.Id()}";
        string sessionId = session.Id();

        await app.JoinAsync(session.Participants()[0].Text("participantId")).ResolvedAsync();
        await app.JoinAsync(session.Participants()[1].Text("participantId")).ResolvedAsync();
        JsonElement document = await app.ResolveAsync("getDocument", new { docName });
        document.GetProperty("dateExpires").GetDateTime().Should().BeCloseTo(session.GetProperty("endTime").GetDateTime().AddHours(1), TimeSpan.FromSeconds(5));
        (await app.ResolveAsync("getDocumentPermissions", new { docName })).EnumerateArray()
            .Select(permission => (permission.GetProperty("read").GetBoolean(), permission.GetProperty("write").GetBoolean(), permission.GetProperty("manage").GetBoolean()))
            .Should().Equal((true, true, false), (true, true, false));

        await app.ResolveAsync("updateDocument", new { docName, data = new { shared = true }, ttl = "keep" });
        JsonElement longer = await app.ResolveAsync("updateSession", new { sessionId, endTime = SessionCalls.Iso(Now.AddHours(5)) });
        document = await app.ResolveAsync("getDocument", new { docName });
        document.GetProperty("dateExpires").GetDateTime().Should().BeCloseTo(longer.GetProperty("endTime").GetDateTime().AddHours(1), TimeSpan.FromSeconds(5));
        document.Raw("data").Should().Be("""{"shared":true}""");

        await app.ResolveAsync("removeParticipant", new { participantId = session.Participants()[1].Text("participantId") });
        (await app.ResolveAsync("getDocumentPermissions", new { docName })).GetArrayLength().Should().Be(1);
        await app.ResolveAsync("updateParticipant", new { participantId = session.Participants()[0].Text("participantId"), role = "guest" });
        (await app.ResolveAsync("getDocumentPermissions", new { docName })).GetArrayLength().Should().Be(0, "a guest must be admitted");
        await app.ResolveAsync("cancelSession", new { sessionId });
        (await app.ResolveAsync("searchDocument", new { docName })).GetString().Should().BeEmpty();
    }

    [Theory]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true)]
    [InlineData("TEXT/HTML", true)]
    [InlineData("application/json", false)]
    [InlineData("*/*", false)]
    [InlineData(null, false)]
    public async Task A_browser_is_sent_to_the_page_that_is_configured(string? accept, bool isSent)
    {
        await using TestApp paged = await TestApp.StartAsync(new Dictionary<string, string?> { ["Sessions:JoinUrl"] = JoinUrl });
        JsonElement session = await paged.OpenSessionAsync(DateTimeOffset.UtcNow, new { role = "host" }, new { role = "guest" });
        string[] ids = [.. session.Participants().Select(participant => participant.Text("participantId"))];
        (string, string)[] headers = accept is null ? [] : [("Accept", accept)];
        using HttpClient browser = new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = paged.Http.BaseAddress };
        if (accept is not null)
        {
            browser.DefaultRequestHeaders.TryAddWithoutValidation("Accept", accept);
        }

        using HttpResponseMessage host = await browser.GetAsync(new Uri($"join/{ids[0]}", UriKind.Relative));
        using HttpResponseMessage guest = await browser.GetAsync(new Uri($"join/{ids[1]}", UriKind.Relative));

        ((int)host.StatusCode, (int)guest.StatusCode).Should().Be(isSent ? (302, 302) : (200, 202));
        host.Headers.CacheControl!.NoStore.Should().BeTrue();
        if (isSent)
        {
            string location = host.Headers.GetValues("Location").Single();
            location.Should().MatchRegex(
                $@"^https://site\.example/session/\?lang=en#token=eyJ[\w-]+\.[\w-]+\.[\w-]+&role=HOST&expires=\d{{4}}-\d\d-\d\dT\d\d%3A\d\d%3A\d\dZ&sessionId={session.Id()}$");
            guest.Headers.GetValues("Location").Single().Should().Be($"{JoinUrl}#state=waiting&participantId={ids[1]}");
            host.Headers.GetValues("Referrer-Policy").Should().Equal("no-referrer");
        }
    }

    [Theory]
    [InlineData("site.example/session")]
    [InlineData("/session")]
    [InlineData("ftp://site.example")]
    [InlineData("https://site.example/#here")]
    [InlineData("https://site.example/#")]
    [InlineData("https://user:secret@site.example/")]
    [InlineData("javascript:alert(1)")]
    public async Task An_invalid_page_stops_the_start_and_is_named(string joinUrl)
    {
        Func<Task> start = async () => await TestApp.StartAsync(new Dictionary<string, string?> { ["Sessions:JoinUrl"] = joinUrl });

        (await start.Should().ThrowAsync<StartupException>()).Which.Message.Should().Contain("Sessions__JoinUrl").And.NotContain("secret");
    }

    [Fact]
    public async Task Of_those_who_enter_during_a_cancellation_none_keeps_anything()
    {
        JsonElement session = await app.OpenSessionAsync(Now, [.. Enumerable.Repeat(new { role = "host" }, 20)]);
        Task<HttpResponseMessage>[] joins = [.. session.Participants().Select(participant => app.JoinAsync(participant.Text("participantId")))];
        await app.ResolveAsync("cancelSession", new { sessionId = session.Id() });

        (await Task.WhenAll(joins)).Select(response => (int)response.StatusCode).Should().OnlyContain(status => status == 200 || status == 410);

        (await app.ResolveAsync("searchDocument", new { docName = $"session-{session.Id()}" })).GetString().Should().BeEmpty();
    }

    private static JsonElement Claims(string token) => JsonDocument.Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.Split('.')[1]))).RootElement.Clone();

    private async Task<HttpResponseMessage> Http(string url) => await app.Http.GetAsync(new Uri(url));
}
