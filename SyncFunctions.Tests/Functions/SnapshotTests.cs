using System.Net;
using System.Text;
using System.Text.Json;

using SyncFunctions.Client;
using SyncFunctions.Store;
using SyncFunctions.Tests.Store.Snapshots;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Functions;

/// <summary>exportService, importService and resetService.</summary>
public sealed class SnapshotTests(SnapshotFixture fixture) : IClassFixture<SnapshotFixture>
{
    private const string Ndjson = "application/x-ndjson";
    private const string Header = """{"format":"syncfunctions-snapshot","version":1}""";

    private readonly TestApp app = fixture.App;

    /// <summary>Texts that are not valid snapshots, with the line and some words of the message.</summary>
    public static TheoryData<string[], string, int> Broken => new()
    {
        { [], "line 1: is missing", 400 },
        { [""], "line 1: is not a JSON object", 400 },
        { ["not JSON"], "line 1: is not a JSON object", 400 },
        { ["[]"], "line 1: is not a JSON object", 400 },
        { ["{}"], "line 1: is not the first line of a snapshot", 400 },
        { ["""{"kind":"document","name":"a","data":{}}"""], "line 1: is not the first line of a snapshot", 400 },
        { ["""{"format":"something else","version":1}"""], "line 1: is not the first line of a snapshot", 400 },
        { ["""{"format":"syncfunctions-snapshot"}"""], "line 1: version must be a whole number", 400 },
        { ["""{"format":"syncfunctions-snapshot","version":2}"""], "line 1: says that the snapshot is of version 2", 400 },
        { ["""{"format":"syncfunctions-snapshot","version":0}"""], "line 1: says that the snapshot is of version 0", 400 },
        { ["""{"format":"syncfunctions-snapshot","version":1,"version":1}"""], "line 1: must not have the same member twice", 400 },
        { [Header], "line 2: is missing", 400 },
        { [Header, Header], "line 2: kind must be a text", 400 },
        { [Header, ""], "line 2: is not a JSON object", 400 },
        { [Header, """{"kind":"document","name":"a","data":{}"""], "line 2: is not a JSON object", 400 },
        { [Header, """{"kind":"document","name":"a","data":{}} {}"""], "line 2: is not a JSON object", 400 },
        { [Header, """{"kind":"folder"}"""], "line 2: is of an unknown kind", 400 },
        { [Header, """{"kind":"header"}"""], "line 2: is of an unknown kind", 400 },
        { [Header, """{"kind":5}"""], "line 2: kind must be a text", 400 },
        { [Header, """{"kind":"document","name":"a"}"""], "line 2: has no data", 400 },
        { [Header, """{"kind":"document","name":"a","data":[]}"""], "line 2: data must be a JSON object", 400 },
        { [Header, """{"kind":"document","name":"a","dataText":"{"}"""], "line 2: data must be a JSON object", 400 },
        { [Header, """{"kind":"document","name":"","data":{}}"""], "line 2: name must be a text", 400 },
        { [Header, """{"kind":"document","name":7,"data":{}}"""], "line 2: name must be a text", 400 },
        { [Header, """{"kind":"document","name":"\ud800","data":{}}"""], "line 2: name must be a text", 400 },
        { [Header, """{"kind":"document","name":"..","data":{}}"""], "line 2: name must not be . or ..", 400 },
        { [Header, """{"kind":"document","name":"a","expires":"tomorrow","data":{}}"""], "line 2: expires must be a date", 400 },
        { [Header, $$$"""{"kind":"document","name":"a","data":{"pad":"{{{new string('x', 16 * 1024)}}}"}}"""], "line 2: data must not be larger than 16 KiB", 413 },
        { [Header, $$$"""{"kind":"document","name":"a","data":{"pad":"{{{new string('x', 200 * 1024)}}}"}}"""], "line 2: is longer than 128 KiB", 413 },
        { [Header, """{"kind":"listItem","data":{}}"""], "line 2: is a listItem that does not follow", 400 },
        { [Header, """{"kind":"permission","identity":"a","read":true,"write":true,"manage":true}"""], "line 2: is a permission that does not follow", 400 },
        { [Header, """{"kind":"map","name":"m"}""", """{"kind":"listItem","data":{}}"""], "line 3: is a listItem that does not follow", 400 },
        { [Header, """{"kind":"list","name":"l"}""", """{"kind":"mapItem","key":"a","data":{}}"""], "line 3: is a mapItem that does not follow", 400 },
        { [Header, """{"kind":"stream","name":"s"}""", """{"kind":"permission","identity":"a","read":true,"write":true,"manage":true}"""], "line 3: is a permission that does not", 400 },
        { [Header, """{"kind":"map","name":"m"}""", """{"kind":"mapItem","data":{}}"""], "line 3: key must be a text", 400 },
        { [Header, """{"kind":"map","name":"m"}""", """{"kind":"permission","identity":"a","read":1,"write":true,"manage":true}"""], "line 3: read must be true or false", 400 },
        { [Header, """{"kind":"map","name":"m"}""", """{"kind":"mapItem","key":"a","data":{}}"""], "line 4: is missing", 400 },
        { [Header, """{"kind":"stream","name":"s"}""", End()], "line 3: says that the snapshot has more or less", 400 },
        { [Header, End(streams: 1)], "line 2: says that the snapshot has more or less", 400 },
        { [Header, """{"kind":"end"}"""], "line 2: documents must be a whole number", 400 },
        { [Header, """{"kind":"error","detail":"Sync could not be reached."}"""], "line 2: says that the export broke off: Sync could not be reached.", 400 },
        { [Header, End(), End()], "line 3: stands behind the snapshot's last line", 400 },
        { [Header, End(), ""], "line 3: stands behind the snapshot's last line", 400 },
    };

    [Fact]
    public async Task A_service_that_is_imported_elsewhere_is_the_same()
    {
        SyncStore from = fixture.NewStore();
        SyncStore to = fixture.NewStore();
        await SnapshotFixture.FillAsync(from);

        string snapshot = await ExportAsync(from);
        JsonElement result = await ImportAsync(to, snapshot).ResolvedAsync();

        result.GetRawText().Should().Be(
            """{"documents":121,"lists":3,"listItems":359,"maps":2,"mapItems":130,"streams":2,"permissions":134,"replaced":0,"skipped":0,"expired":0}""");
        string again = await ExportAsync(to);
        SnapshotFixture.Content(again).Should().Equal(SnapshotFixture.Content(snapshot));
        (await to.GetDocumentAsync("document 3")).Data.GetRawText().Should().Be("{\n  \"pretty\": [1,\r\n 2 ]\n}");
        (await to.GetListItemsAsync("list/2 é")).Select(item => item.Data.GetRawText())
            .Should().Equal((await from.GetListItemsAsync("list/2 é")).Select(item => item.Data.GetRawText()), "a list keeps its order");
    }

    [Fact]
    public async Task A_snapshot_has_a_line_for_each_object_item_and_permission()
    {
        SyncStore store = fixture.NewStore();
        SyncDocument document = await store.CreateDocumentAsync("d", SnapshotFixture.Text("""{"a":1}"""), SyncTtl.FromSeconds(60));
        await store.CreateListAsync("l");
        await store.AddListItemAsync("l", SnapshotFixture.Text("""{"b":2}"""));
        await store.SetPermissionAsync(PermissionOwner.List, "l", "ann", read: true, write: false, manage: false);
        await store.CreateMapAsync("m");
        await store.CreateMapItemAsync("m", "k", SnapshotFixture.Text("{\n}"));
        await store.CreateStreamAsync("s");

        string[] lines = (await ExportAsync(store)).Split('\n');

        JsonElement header = JsonDocument.Parse(lines[0]).RootElement;
        header.Members().Should().Equal("format", "version", "serviceSid", "exportedAt");
        header.Text("serviceSid").Should().Be(store.ServiceSid);
        header.GetProperty("exportedAt").GetDateTimeOffset().Should().Be(fixture.Time.GetUtcNow());
        lines[1..].Should().Equal(
            $$$"""{"kind":"document","name":"d","expires":"{{{document.DateExpires:yyyy-MM-ddTHH:mm:ss}}}Z","data":{"a":1}}""",
            """{"kind":"list","name":"l"}""",
            """{"kind":"permission","identity":"ann","read":true,"write":false,"manage":false}""",
            """{"kind":"listItem","data":{"b":2}}""",
            """{"kind":"map","name":"m"}""",
            """{"kind":"mapItem","key":"k","dataText":"{\n}"}""",
            """{"kind":"stream","name":"s"}""",
            """{"kind":"end","documents":1,"lists":1,"listItems":1,"maps":1,"mapItems":1,"streams":1,"permissions":1}""",
            "");
    }

    [Fact]
    public async Task Expired_objects_are_left_out_with_their_items_and_permissions()
    {
        SyncStore from = fixture.NewStore();
        SyncStore to = fixture.NewStore();
        await from.CreateDocumentAsync("soon", SnapshotFixture.Text("{}"), SyncTtl.FromSeconds(60));
        await from.CreateDocumentAsync("later", SnapshotFixture.Text("{}"), SyncTtl.FromSeconds(600));
        await from.CreateListAsync("list", SyncTtl.FromSeconds(60));
        await from.AddListItemAsync("list", SnapshotFixture.Text("{}"));
        await from.SetPermissionAsync(PermissionOwner.List, "list", "ann", read: true, write: false, manage: false);
        await from.CreateMapAsync("map");
        await from.CreateMapItemAsync("map", "soon", SnapshotFixture.Text("{}"), SyncTtl.FromSeconds(60));
        await from.CreateMapItemAsync("map", "never", SnapshotFixture.Text("{}"));
        string snapshot = await ExportAsync(from);

        fixture.Time.Advance(TimeSpan.FromSeconds(60));
        JsonElement result = await ImportAsync(to, snapshot).ResolvedAsync();

        result.GetRawText().Should().Be(
            """{"documents":1,"lists":0,"listItems":0,"maps":1,"mapItems":1,"streams":0,"permissions":0,"replaced":0,"skipped":0,"expired":3}""");
        (await to.GetDocumentAsync("later")).DateExpires.Should().Be((await from.GetDocumentAsync("later")).DateExpires);
    }

    [Fact]
    public async Task A_name_that_is_taken_ends_an_import_unless_it_may_skip_or_replace()
    {
        SyncStore store = fixture.NewStore();
        await store.CreateListAsync("l");
        await store.AddListItemAsync("l", SnapshotFixture.Text("""{"old":1}"""));
        await store.SetPermissionAsync(PermissionOwner.List, "l", "old", read: true, write: true, manage: true);
        string snapshot = Lines(
            Header, """{"kind":"document","name":"d","data":{}}""", """{"kind":"list","name":"l"}""",
            """{"kind":"permission","identity":"new","read":true,"write":false,"manage":false}""", """{"kind":"listItem","data":{"new":1}}""",
            """{"kind":"stream","name":"s"}""", End(documents: 1, lists: 1, listItems: 1, permissions: 1, streams: 1));

        Problem problem = await ImportAsync(store, snapshot).FailedAsync();
        problem.Should().BeEquivalentTo(new { Status = 409, Parameter = "body" });
        problem.Detail.Should().Be("line 3: the list l is there already. Imported before it: 1 objects, 0 items, 0 permissions.");
        (await store.SearchDocumentAsync("d")).Should().NotBeEmpty("the response reports it");
        (await store.SearchStreamAsync("s")).Should().BeEmpty();

        (await ImportAsync(store, snapshot, "skip").ResolvedAsync()).GetRawText().Should().Be(
            """{"documents":0,"lists":0,"listItems":0,"maps":0,"mapItems":0,"streams":1,"permissions":0,"replaced":0,"skipped":2,"expired":0}""");
        (await store.GetListItemsAsync("l")).Select(item => item.Data.GetRawText()).Should().Equal("""{"old":1}""");

        (await ImportAsync(store, snapshot, "replace").ResolvedAsync()).GetRawText().Should().Be(
            """{"documents":1,"lists":1,"listItems":1,"maps":0,"mapItems":0,"streams":1,"permissions":1,"replaced":3,"skipped":0,"expired":0}""");
        (await store.GetListItemsAsync("l")).Select(item => item.Data.GetRawText()).Should().Equal("""{"new":1}""");
        (await store.GetPermissionsAsync(PermissionOwner.List, "l")).Select(permission => permission.Identity).Should().Equal("new");
    }

    [Fact]
    public async Task The_apps_record_of_its_jobs_is_not_in_snapshots()
    {
        SyncStore store = fixture.NewStore();
        await store.CreateMapAsync("jobs");
        await store.CreateMapItemAsync("jobs", "a", SnapshotFixture.Text("""{"mine":1}"""));

        (await ExportAsync(store)).Should().NotContain("\"map\"");
        await ImportAsync(
            store, Lines(Header, """{"kind":"map","name":"jobs"}""", """{"kind":"mapItem","key":"a","data":{}}""", End(maps: 1, mapItems: 1)), "replace").ResolvedAsync();

        (await store.GetMapItemsAsync("jobs")).Select(item => item.Data.GetRawText()).Should().Equal("""{"mine":1}""");
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task An_invalid_snapshot_is_refused_with_its_line(string[] lines, string detail, int status)
    {
        SyncStore store = fixture.NewStore();

        Problem problem = await ImportAsync(store, Lines(lines)).FailedAsync();

        problem.Should().BeEquivalentTo(new { Status = status, Parameter = "body" });
        problem.Detail.Should().StartWith(detail).And.Contain("Imported before it: ");
    }

    [Fact]
    public async Task An_incomplete_snapshot_is_refused_and_the_response_says_what_was_imported()
    {
        SyncStore from = fixture.NewStore();
        await from.CreateDocumentAsync("d", SnapshotFixture.Text("""{"a":"é"}"""));
        await from.CreateMapAsync("m");
        await from.CreateMapItemAsync("m", "k", SnapshotFixture.Text("{}"));
        byte[] whole = Encoding.UTF8.GetBytes(await ExportAsync(from));
        SyncStore to = fixture.NewStore();

        for (int length = 0; length < whole.Length - 1; length++)
        {
            using HttpResponseMessage response = await app.PostAsync($"importService?onConflict=replace&service={to.Key}", Ndjson, whole[..length]);
            Problem problem = await Problem.ReadAsync(response);
            problem.Status.Should().Be(400, "after {0} bytes", length);
            // Only a line feed may be missing.
            int line = whole.AsSpan(0, length).Count((byte)'\n') + (whole[length] == '\n' ? 2 : 1);
            problem.Detail.Should().StartWith($"line {line}: ").And.Contain("Imported before it: ");
        }

        await ImportAsync(to, Encoding.UTF8.GetString(whole[..^1]), "replace").ResolvedAsync();
    }

    [Fact]
    public async Task A_body_of_a_wrong_type_or_size_is_refused()
    {
        SyncStore store = fixture.NewStore();
        string function = $"importService?service={store.Key}";
        int before = app.Sync.Count;

        foreach ((string? type, byte[] body) in ((string?, byte[])[])[
            ("application/json", "{}"u8.ToArray()), ("application/x-www-form-urlencoded", "a=b"u8.ToArray()), ("application/json", []), (null, []), ("text/plain", "{}"u8.ToArray()),
            (Ndjson + "; charset=utf-16", "{}"u8.ToArray())])
        {
            (await app.PostAsync(function, type, body).FailedAsync()).Should().BeEquivalentTo(new { Status = 415, Parameter = "body" });
        }

        using ByteArrayContent compressed = new([1, 2, 3]);
        compressed.Headers.TryAddWithoutValidation("Content-Type", Ndjson);
        compressed.Headers.TryAddWithoutValidation("Content-Encoding", "gzip");
        (await app.SendAsync(HttpMethod.Post, function, compressed).FailedAsync()).Should().BeEquivalentTo(new { Status = 415, Parameter = "body" });
        (await app.PostAsync($"{function}&onConflict=no", Ndjson, []).FailedAsync()).Should().BeEquivalentTo(new { Status = 400, Parameter = "onConflict" });
        (await app.PostAsync(function, Ndjson, new byte[(32 * 1024 * 1024) + 1]).FailedAsync()).Should().BeEquivalentTo(new { Status = 413, Parameter = "body" });
        app.Sync.Count.Should().Be(before);
    }

    [Fact]
    public async Task A_body_of_more_than_32_MiB_without_a_length_is_refused_with_what_was_imported()
    {
        SyncStore store = fixture.NewStore();
        string item = $$$"""{"kind":"mapItem","key":"k","data":{"pad":"{{{new string('x', 16_000)}}}"}}""" + "\n";
        // Enough before the data, which are not sent on to Sync: the map is left out.
        using HttpContent content = new ChunkedContent(
            Encoding.UTF8.GetBytes(Lines(Header, """{"kind":"document","name":"d","data":{}}""", """{"kind":"map","name":"jobs"}""")), Encoding.UTF8.GetBytes(item), 2200);

        Problem problem = await app.SendAsync(HttpMethod.Post, $"importService?service={store.Key}", content).FailedAsync();

        problem.Should().BeEquivalentTo(new { Status = 413, Parameter = "body" });
        problem.Detail.Should().StartWith("body must not be larger than 32 MiB.").And.EndWith("Imported before it: 1 objects, 0 items, 0 permissions.");
    }

    [Fact]
    public async Task A_service_is_emptied_if_it_is_named()
    {
        SyncStore store = fixture.NewStore();
        SyncStore other = fixture.NewStore();
        await SnapshotFixture.FillAsync(store);
        await other.CreateDocumentAsync("d", SnapshotFixture.Text("{}"));

        foreach (string confirm in (string[])[other.Key, other.ServiceSid, "yes", "default"])
        {
            await app.RefusesAsync("resetService", new { service = store.Key, confirm }, "confirm");
        }

        (await app.ResolveAsync("resetService", new { service = store.Key, confirm = store.ServiceSid })).GetRawText()
            .Should().Be("""{"documents":121,"lists":3,"maps":2,"streams":2}""");
        SnapshotFixture.Content(await ExportAsync(store)).Should().BeEmpty();
        (await app.ResolveAsync("resetService", new { service = store.Key, confirm = store.Key })).GetRawText()
            .Should().Be("""{"documents":0,"lists":0,"maps":0,"streams":0}""");
        (await other.SearchDocumentAsync("d")).Should().NotBeEmpty();
    }

    [Fact]
    public async Task Only_the_emulator_is_emptied()
    {
        await using FakeSync sync = await FakeSync.StartAsync((context, _) => FakeSync.AnswerAsync(context, 404, "{}"));
        await using TestApp twilio = await TestApp.StartAsync(TestApp.TwilioAt(sync.Url));

        (await twilio.FailAsync("resetService", new { confirm = "default" })).Status.Should().Be(403);
        sync.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task A_failed_export_has_an_error_status_or_a_last_line_with_the_error()
    {
        string service = """{"sid":"IS00000000000000000000000000000000","account_sid":"x","url":"x","links":{},"date_created":"2030-01-01T00:00:00Z","date_updated":"2030-01-01T00:00:00Z"}""";
        bool isThere = false;
        await using FakeSync sync = await FakeSync.StartAsync((context, _) => context.Request.Path.Value!.EndsWith("Documents", StringComparison.Ordinal) || !isThere
            ? FakeSync.AnswerAsync(context, 403, """{"code":20403,"message":"Forbidden"}""")
            : FakeSync.AnswerAsync(context, 200, service));
        await using TestApp twilio = await TestApp.StartAsync(TestApp.TwilioAt(sync.Url));

        (await twilio.FailAsync("exportService", new { })).Status.Should().Be(502);
        isThere = true;
        using HttpResponseMessage response = await twilio.CallAsync("exportService", new { });

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        string[] lines = (await response.Content.ReadAsStringAsync()).Split('\n');
        lines.Should().HaveCount(3);
        lines[1].Should().Be("""{"kind":"error","detail":"Sync does not allow this with the app's credentials."}""");
        (await ImportAsync(fixture.NewStore(), string.Join('\n', lines)).FailedAsync()).Detail.Should().StartWith("line 2: says that the export broke off: Sync does not");
    }

    private static string End(int documents = 0, int lists = 0, int listItems = 0, int maps = 0, int mapItems = 0, int streams = 0, int permissions = 0) =>
        $$"""{"kind":"end","documents":{{documents}},"lists":{{lists}},"listItems":{{listItems}},"maps":{{maps}},"mapItems":{{mapItems}},"streams":{{streams}},"permissions":{{permissions}}}""";

    private static string Lines(params string[] lines) => string.Concat(lines.Select(line => line + "\n"));

    private async Task<string> ExportAsync(SyncStore store)
    {
        using HttpResponseMessage response = await app.QueryAsync(HttpMethod.Get, "exportService", ("service", store.Key));
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().Should().Be(Ndjson);
        return await response.Content.ReadAsStringAsync();
    }

    private Task<HttpResponseMessage> ImportAsync(SyncStore store, string snapshot, string onConflict = "fail") =>
        app.PostAsync($"importService?service={store.Key}&onConflict={onConflict}", Ndjson, Encoding.UTF8.GetBytes(snapshot));

    private sealed class ChunkedContent : HttpContent
    {
        private readonly byte[] begin;
        private readonly byte[] part;
        private readonly int times;

        public ChunkedContent(byte[] begin, byte[] part, int times)
        {
            (this.begin, this.part, this.times) = (begin, part, times);
            Headers.TryAddWithoutValidation("Content-Type", Ndjson);
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(begin);
            for (int i = 0; i < times; i++)
            {
                await stream.WriteAsync(part);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
