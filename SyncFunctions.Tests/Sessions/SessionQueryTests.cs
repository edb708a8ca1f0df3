using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Sessions;

/// <summary>Reading sessions by their starts, in pages. Each test has a service of its own.</summary>
public sealed class SessionQueryTests(SessionQueryTests.Services services) : IClassFixture<SessionQueryTests.Services>
{
    private readonly TestApp app = services.App;
    private readonly string service = services.Next();

    [Fact]
    public async Task Without_any_created_session_the_page_is_empty()
    {
        JsonElement page = await app.ResolveAsync("getSessions", new { service });

        page.GetRawText().Should().Be("""{"items":[],"nextPageToken":null}""");
    }

    [Theory]
    [InlineData("asc")]
    [InlineData("desc")]
    [InlineData(null)]
    public async Task Sessions_are_ordered_by_start_time_whatever_the_order_of_their_creation(string? order)
    {
        foreach (int minute in (int[])[30, 10, 50, 20, 40])
        {
            await CreateAsync(minute);
        }

        List<string> read = [];
        object query = new { service, order, pageSize = 2 };
        for (JsonElement page = await app.ResolveAsync("getSessions", query); ; page = await app.ResolveAsync("getSessions", query))
        {
            read.AddRange(page.Items().Select(session => session.Text("sessionName")));
            if (page.GetProperty("nextPageToken").GetString() is not { } pageToken)
            {
                break;
            }

            query = new { service, pageToken, pageSize = 2 };
        }

        string[] expected = ["10", "20", "30", "40", "50"];
        read.Should().Equal(order == "desc" ? expected.Reverse() : expected);
    }

    [Theory]
    [InlineData("asc")]
    [InlineData("desc")]
    public async Task The_bounds_are_included(string order)
    {
        foreach (int minute in (int[])[10, 20, 30, 40])
        {
            await CreateAsync(minute);
        }

        await CreateAsync(20, "20b");
        await app.ResolveAsync("createSession", new { service, sessionName = "late", startTime = "2030-01-01T09:30:00.001Z", endTime = "2031-01-01T00:00:00Z" });

        (await NamesAsync(new { service, order, from = At(20), to = At(30) })).Should().BeEquivalentTo("20", "20b", "30");
        (await NamesAsync(new { service, order, from = At(40), to = At(40) })).Should().BeEquivalentTo("40");
        (await NamesAsync(new { service, order, from = At(41) })).Should().BeEmpty();
        (await NamesAsync(new { service, order, to = At(9) })).Should().BeEmpty();
        (await NamesAsync(new { service, order, from = At(30), to = At(20) })).Should().BeEmpty();
        (await NamesAsync(new { service, order, to = "9999-12-31T23:59:59.999Z", from = "0001-01-01T00:00:00Z" })).Should().HaveCount(6);
        (await NamesAsync(new { service, order, from = "Tue, 01 Jan 2030 09:31:00 GMT", to = "2030-01-01T10:40:00+01:00" })).Should().BeEquivalentTo("40");
    }

    [Fact]
    public async Task A_page_without_a_match_has_a_token_for_later_matches()
    {
        foreach (int minute in Enumerable.Range(0, 9))
        {
            await CreateAsync(minute, null, minute == 7 ? "wanted" : "other");
        }

        JsonElement first = await app.ResolveAsync("getSessions", new { service, state = "wanted", pageSize = 3 });
        first.Items().Should().BeEmpty();
        first.GetProperty("nextPageToken").GetString().Should().NotBeNull();
        (await AllAsync(new { service, state = "wanted", pageSize = 3 })).Select(session => session.Text("sessionName")).Should().Equal("7");
    }

    [Fact]
    public async Task Canceled_sessions_and_removed_participants_are_shown_if_asked_for()
    {
        JsonElement live = await CreateAsync(1, null, "here");
        JsonElement canceled = await CreateAsync(2, null, "here");
        await app.ResolveAsync("removeParticipant", new { service, participantId = live.Participants()[0].Text("participantId") });
        await app.ResolveAsync("cancelSession", new { service, sessionId = canceled.Id() });

        JsonElement[] plain = [.. await AllAsync(new { service })];
        plain.Select(session => session.Text("sessionName")).Should().Equal("1");
        plain[0].Participants().Should().BeEmpty();
        JsonElement[] all = [.. await AllAsync(new { service, includeCanceled = true, includeRemoved = true })];
        all.Select(session => session.Text("sessionName")).Should().Equal("1", "2");
        all[0].Participants()[0].Raw("deletedAt").Should().NotBe("null");
        all[1].Raw("canceledTime").Should().NotBe("null");
        (await AllAsync(new { service, state = "here" })).Should().BeEmpty("who was removed is in no state");
        (await AllAsync(new { service, state = "here", includeRemoved = true })).Should().BeEmpty();
        (await AllAsync(new { service, state = "here", includeCanceled = true })).Select(session => session.Text("sessionName")).Should().Equal("2");
        (await AllAsync(new { service, state = "Here", includeCanceled = true })).Should().BeEmpty();
    }

    [Fact]
    public async Task A_page_token_belongs_to_its_query()
    {
        foreach (int minute in Enumerable.Range(0, 3))
        {
            await CreateAsync(minute);
        }

        JsonElement page = await app.ResolveAsync("getSessions", new { service, pageSize = 1, order = "desc", from = At(0), to = At(2), includeCanceled = true });
        string pageToken = page.Text("nextPageToken");

        JsonElement next = await app.ResolveAsync(
            "getSessions", new { service, pageToken, pageSize = 1, order = "desc", from = At(0), to = At(2), includeCanceled = true, includeRemoved = false });
        next.Items().Single().Text("sessionName").Should().Be("1");
        await app.RefusesAsync("getSessions", new { service, pageToken, order = "asc" }, "order");
        await app.RefusesAsync("getSessions", new { service, pageToken, from = At(1) }, "from");
        await app.RefusesAsync("getSessions", new { service, pageToken, to = At(1) }, "to");
        await app.RefusesAsync("getSessions", new { service, pageToken, state = "x" }, "state");
        await app.RefusesAsync("getSessions", new { service, pageToken, includeCanceled = false }, "includeCanceled");
        await app.RefusesAsync("getSessions", new { service, pageToken, includeRemoved = true }, "includeRemoved");
        await app.RefusesAsync("getSessions", new { pageToken }, "pageToken");
        foreach (string wrong in (string[])["x", "W10", "bnVsbA", "e30", pageToken[..^4], pageToken + pageToken])
        {
            await app.RefusesAsync("getSessions", new { service, pageToken = wrong }, "pageToken");
        }

        await app.ResolveAsync("createList", new { service, listName = "l" });
        await app.ResolveAsync("addListItem", new { service, listName = "l", data = new { } });
        await app.ResolveAsync("addListItem", new { service, listName = "l", data = new { } });
        string foreign = (await app.ResolveAsync("queryListItems", new { service, listName = "l", pageSize = 1 })).Text("nextPageToken");
        await app.RefusesAsync("getSessions", new { service, pageToken = foreign }, "pageToken");
    }

    [Fact]
    public async Task Foreign_items_in_the_map_do_no_harm()
    {
        await CreateAsync(1);
        foreach ((string key, string data) in ((string, string)[])[("0", "{}"), ("20300101T090000000Z-0", """{"id":5}"""), ("zzz", """{"id":"x","start":"no"}""")])
        {
            await app.PostJsonAsync("setMapItem", $$"""{"service":"{{service}}","mapName":"sessions","key":"{{key}}","data":{{data}}}""").ResolvedAsync();
        }

        (await AllAsync(new { service })).Select(session => session.Text("sessionName")).Should().Equal("1");
    }

    private static string At(int minute) => $"2030-01-01T09:{minute:D2}:00Z";

    private async Task<JsonElement> CreateAsync(int minute, string? name = null, string? state = null) => await app.ResolveAsync("createSession", new
    {
        service,
        sessionName = name ?? $"{minute}",
        startTime = At(minute),
        endTime = "2031-01-01T00:00:00Z",
        participants = state is null ? [] : new object[] { new { state } },
    });

    private async Task<IEnumerable<string>> NamesAsync(object query) => (await AllAsync(query)).Select(session => session.Text("sessionName"));

    private async Task<List<JsonElement>> AllAsync(object query)
    {
        List<JsonElement> sessions = [];
        for (JsonElement page = await app.ResolveAsync("getSessions", query); ; page = await app.ResolveAsync("getSessions", query))
        {
            sessions.AddRange(page.Items());
            if (page.GetProperty("nextPageToken").GetString() is not { } pageToken)
            {
                return sessions;
            }

            query = new { service, pageToken };
        }
    }

    /// <summary>An app with many services.</summary>
    public sealed class Services : IAsyncLifetime
    {
        private int used;

        public TestApp App { get; private set; } = null!;

        public string Next() => $"s{Interlocked.Increment(ref used)}";

        public async ValueTask InitializeAsync() => App = await TestApp.StartAsync(
            Enumerable.Range(1, 30).ToDictionary(i => $"Sync:Services:s{i}:ServiceSid", i => (string?)$"IS{i:D32}"));

        public ValueTask DisposeAsync() => App.DisposeAsync();
    }
}
