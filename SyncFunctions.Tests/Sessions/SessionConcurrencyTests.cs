using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Sessions;

/// <summary>Callers that change one session at once, from two apps.</summary>
public sealed class SessionConcurrencyTests(TwoApps apps) : IClassFixture<TwoApps>
{
    // The requests of an entry, from the first to the last one that is checked.
    public static TheoryData<int, string> Pauses =>
        [.. from requests in Enumerable.Range(0, 8) from function in (string[])["cancelSession", "removeParticipant"] select (requests, function)];

    [Fact]
    public async Task Of_64_that_are_added_during_a_cancellation_those_before_it_are_in_and_those_after_it_are_refused()
    {
        JsonElement session = await apps.First.OpenSessionAsync(DateTimeOffset.UtcNow);
        string sessionId = session.Id();

        Task<HttpResponseMessage>[] additions = [.. Enumerable.Range(0, 64).Select(i =>
            (i % 2 == 0 ? apps.First : apps.Second).CallAsync("addParticipant", new { sessionId, displayName = $"{i}" }))];
        await Task.WhenAny(additions.Skip(20));
        JsonElement canceled = await apps.Second.ResolveAsync("cancelSession", new { sessionId });
        HttpResponseMessage[] answers = await Task.WhenAll(additions);

        List<string> added = [];
        List<string> ids = [];
        foreach (HttpResponseMessage answer in answers)
        {
            using (answer)
            {
                JsonElement body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
                ((int)answer.StatusCode).Should().BeOneOf([200, 410], body.GetRawText());
                if (answer.IsSuccessStatusCode)
                {
                    added.Add(body.Text("displayName"));
                    ids.Add(body.Text("participantId"));
                }
                else
                {
                    body.Text("parameter").Should().Be("sessionId");
                }
            }
        }

        added.Should().NotBeEmpty();
        canceled.Participants().Select(participant => participant.Text("displayName")).Should().BeEquivalentTo(added, "the cancellation is the last change");
        JsonElement kept = (await apps.First.ResolveAsync("getSessions", new { includeCanceled = true })).Items().Single(item => item.Id() == sessionId);
        kept.Participants().Select(participant => participant.Text("participantId")).Should().BeEquivalentTo(ids);
        kept.Text("revision").Should().Be($"{added.Count + 1}");
        int entries = (await apps.First.ResolveAsync("getMapItems", new { mapName = "session-index" })).EnumerateArray()
            .Count(item => item.GetProperty("data").TryGetProperty("sessionId", out JsonElement of) && of.GetString() == sessionId);
        entries.Should().Be(added.Count, "those who were refused leave nothing");
    }

    [Fact]
    public async Task Of_64_that_are_added_all_are_in()
    {
        JsonElement session = await apps.First.OpenSessionAsync(DateTimeOffset.UtcNow);

        string[] ids = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => (i % 2 == 0 ? apps.First : apps.Second).AddAsync(session, "guest", $"Guest {i}")));

        (await apps.First.ResolveAsync("getParticipants", new { sessionId = session.Id() })).EnumerateArray()
            .Select(participant => participant.Text("participantId")).Should().BeEquivalentTo(ids);
    }

    [Fact]
    public async Task Of_many_that_cancel_one_does()
    {
        JsonElement session = await apps.First.OpenSessionAsync(DateTimeOffset.UtcNow);

        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i =>
            (i % 2 == 0 ? apps.First : apps.Second).CallAsync("cancelSession", new { sessionId = session.Id() })));

        answers.Select(answer => (int)answer.StatusCode).Should().BeEquivalentTo([200, .. Enumerable.Repeat(410, 9)]);
    }

    [Theory]
    [MemberData(nameof(Pauses))]
    public async Task A_participant_who_enters_during_a_cancellation_or_removal_keeps_nothing(int requests, string function)
    {
        JsonElement session = await apps.First.OpenSessionAsync(DateTimeOffset.UtcNow, new { role = "host" }, new { role = "host" });
        string[] ids = [.. session.Participants().Select(participant => participant.Text("participantId"))];
        string docName = $"session-{session.Id()}";
        TaskCompletionSource isWaiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        apps.Sync.PauseAfter(requests, isWaiting, released.Task);
        Task<HttpResponseMessage> entering = apps.Second.JoinAsync(ids[0]);
        await isWaiting.Task.WaitAsync(TimeSpan.FromMinutes(1));

        bool isCanceled = function == "cancelSession";
        await apps.First.ResolveAsync(function, isCanceled ? new { sessionId = session.Id() } : new { participantId = ids[0] });
        apps.Sync.GoOn();
        released.SetResult();

        (await entering.FailedAsync()).Status.Should().Be(isCanceled ? 410 : 404);
        string document = (await apps.First.ResolveAsync("searchDocument", new { docName })).GetString()!;
        if (isCanceled)
        {
            document.Should().BeEmpty();
        }
        else if (document.Length > 0)
        {
            (await apps.First.ResolveAsync("getDocumentPermissions", new { docName })).GetArrayLength().Should().Be(0);
        }
    }

    [Fact]
    public async Task Of_those_who_have_read_the_same_revision_one_changes_it()
    {
        JsonElement session = await apps.First.OpenSessionAsync(DateTimeOffset.UtcNow);

        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => (i % 2 == 0 ? apps.First : apps.Second)
            .CallAsync("updateSession", new { sessionId = session.Id(), sessionName = $"{i}", ifMatch = session.Text("revision") })));

        answers.Select(answer => (int)answer.StatusCode).Should().BeEquivalentTo([200, .. Enumerable.Repeat(412, 9)]);
    }

    [Fact]
    public async Task Concurrent_creations_share_the_maps()
    {
        await using TestApp empty = await TestApp.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => empty.OpenSessionAsync(DateTimeOffset.UtcNow, new { role = "host" }, new { })));

        (await empty.ResolveAsync("getSessions", new { })).Items().Should().HaveCount(10);
        (await empty.ResolveAsync("getMaps", new { })).Items().Select(map => map.Text("uniqueName")).Should().BeEquivalentTo("sessions", "session-index");
    }
}
