using System.Net;
using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Sessions;

/// <summary>The tokens of entry links only give access to the session's own objects, if the service enforces permissions.</summary>
public sealed class SessionAccessTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Only_a_participant_can_open_the_objects_of_their_session()
    {
        NodeProgram node = await NodeProgram.InstallAsync();
        Assert.SkipUnless(node.Unavailable is null, node.Unavailable ?? "");
        await using TestApp app = await TestApp.StartAsync();
        await EnforcePermissionsAsync(app);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        JsonElement own = await app.OpenSessionAsync(
            now, new { role = "host" }, new { role = "guest" }, new { role = "guest" }, new { role = "host" }, new { role = "host" });
        JsonElement other = await app.OpenSessionAsync(now, new { role = "host" });
        JsonElement canceled = await app.OpenSessionAsync(now, new { role = "host" });
        string[] ids = [.. own.Participants().Select(participant => participant.Text("participantId"))];
        await app.ResolveAsync("createDocument", new { docName = "of-nobody", data = new { } });

        string host = await TokenAsync(app, ids[0]);
        using (HttpResponseMessage waiting = await app.JoinAsync(ids[1]))
        {
            waiting.StatusCode.Should().Be(HttpStatusCode.Accepted);
            (await waiting.Content.ReadAsStringAsync()).Should().Be("""{"state":"waiting"}""", "who waits gets nothing that could open anything");
        }

        await app.ResolveAsync("admitParticipant", new { participantId = ids[2] });
        string admitted = await TokenAsync(app, ids[2]);
        string removed = await TokenAsync(app, ids[3]);
        await app.ResolveAsync("removeParticipant", new { participantId = ids[3] });
        string demoted = await TokenAsync(app, ids[4]);
        await app.ResolveAsync("updateParticipant", new { participantId = ids[4], role = "guest" });
        string stranger = await TokenAsync(app, other.Participants()[0].Text("participantId"));
        string late = await TokenAsync(app, canceled.Participants()[0].Text("participantId"));
        await app.ResolveAsync("cancelSession", new { sessionId = canceled.Id() });
        object[] cases =
        [
            .. from token in (string[])[host, admitted, removed, demoted, stranger, late]
               from item in (string[])["document of-nobody", "map sessions", "map session-index"]
               select Case(token, item, false, "nobody"),
            Case(host, $"document session-{own.Id()}", true, "the host"), Case(admitted, $"document session-{own.Id()}", true, "the admitted guest"),
            Case(removed, $"document session-{own.Id()}", false, "who was removed"), Case(demoted, $"document session-{own.Id()}", false, "who is a guest now"),
            Case(stranger, $"document session-{own.Id()}", false, "another session's host"), Case(stranger, $"document session-{other.Id()}", true, "that host"),
            Case(host, $"document session-{other.Id()}", false, "the host"), Case(admitted, $"document session-{other.Id()}", false, "the guest"),
            Case(late, $"document session-{canceled.Id()}", false, "the canceled session's host"),
        ];

        NodeRun run = await node.RunAsync(
            ["sessions-access.mjs"],
            new Dictionary<string, string> { ["SYNC_URL"] = app.Emulator.Url.GetLeftPart(UriPartial.Authority), ["CASES"] = JsonSerializer.Serialize(cases) },
            Timeout);

        run.ExitCode.Should().Be(0, run.Errors);
    }

    private static object Case(string token, string item, bool opens, string because) =>
        new { token, kind = item.Split(' ')[0], name = item.Split(' ')[1], opens, because };

    private static async Task<string> TokenAsync(TestApp app, string participantId) => (await app.JoinAsync(participantId).ResolvedAsync()).Text("token");

    private static async Task EnforcePermissionsAsync(TestApp app)
    {
        using HttpClient sync = new() { BaseAddress = app.Emulator.Url };
        sync.DefaultRequestHeaders.Authorization = TestEmulator.Basic("AC" + new string('0', 32), "0123456789abcdef0123456789abcdef");
        using FormUrlEncodedContent form = new([KeyValuePair.Create("AclEnabled", "true")]);
        using HttpResponseMessage response = await sync.PostAsync(new Uri("v1/Services/default", UriKind.Relative), form);
        response.EnsureSuccessStatusCode();
    }
}
