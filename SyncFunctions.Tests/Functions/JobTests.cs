using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

using Microsoft.Extensions.DependencyInjection;

using SyncFunctions.Store;
using SyncFunctions.Tests.Store.Snapshots;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Functions;

/// <summary>The functions of jobs, which this process runs.</summary>
public sealed class JobTests(JobTests.Fixture fixture) : IClassFixture<JobTests.Fixture>
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly TestApp app = fixture.App;

    private SyncStore Store => app.Services.GetRequiredService<SyncStores>().Default;

    /// <summary>Inputs that are not valid for a type, with the parameter in the response.</summary>
    public static TheoryData<string, string, string, int> Inputs => new()
    {
        { "removeItems", "{}", "input.listName", 400 },
        { "removeItems", """{"listName":null}""", "input.listName", 400 },
        { "removeItems", """{"listName":5}""", "input.listName", 400 },
        { "removeItems", """{"listName":""}""", "input.listName", 400 },
        { "removeItems", """{"listName":".."}""", "input.listName", 400 },
        { "removeItems", """{"listName":"ES00000000000000000000000000000000"}""", "input.listName", 400 },
        { "removeItems", """{"listName":"a","mapName":"b"}""", "input.mapName", 400 },
        { "removeItems", """{"mapName":["a"]}""", "input.mapName", 400 },
        { "removeItems", """{"mapName":"jobs"}""", "input.mapName", 400 },
        { "removeItems", """{"listName":"a","others":"all"}""", "input.others", 400 },
        { "exportService", "{}", "input.to", 400 },
        { "exportService", """{"to":"../snapshot"}""", "input.to", 400 },
        { "exportService", """{"to":"/etc/passwd"}""", "input.to", 400 },
        { "exportService", """{"to":"a/b"}""", "input.to", 400 },
        { "exportService", """{"to":"a\\b"}""", "input.to", 400 },
        { "exportService", """{"to":".hidden"}""", "input.to", 400 },
        { "exportService", """{"to":"é"}""", "input.to", 400 },
        { "exportService", """{"to":"a\u0000"}""", "input.to", 400 },
        { "exportService", """{"to":"a","from":"b"}""", "input.from", 400 },
        { "importService", "{}", "input.from", 400 },
        { "importService", """{"from":"nowhere"}""", "input.from", 404 },
        { "importService", """{"from":"..","onConflict":"skip"}""", "input.from", 400 },
        { "importService", """{"from":"nowhere","onConflict":"merge"}""", "input.onConflict", 400 },
        { "removeItems", """{"listName":"a","where":"n >"}""", "input.where", 400 },
        { "removeItems", """{"listName":"a","where":5}""", "input.where", 400 },
        { "summarize", "{}", "input.listName", 400 },
        { "summarize", """{"listName":"a"}""", "input.path", 400 },
        { "summarize", """{"listName":"a","path":"a..b"}""", "input.path", 400 },
        { "summarize", """{"listName":"a","path":"n","groupBy":"/~"}""", "input.groupBy", 400 },
        { "summarize", """{"listName":"a","path":"n","where":"("}""", "input.where", 400 },
        { "Summarize", "{}", "type", 400 },
        { "RemoveItems", "{}", "type", 400 },
    };

    [Fact]
    public async Task A_job_removes_only_the_items_that_meet_a_condition()
    {
        string listName = Calls.NewName();
        await Store.CreateListAsync(listName);
        for (int n = 0; n < 350; n++)
        {
            await Store.AddListItemAsync(listName, SnapshotFixture.Text($$"""{"n":{{n}}}"""));
        }

        // The first match is on the third page, and none is on the last.
        JsonElement job = await RunAsync("removeItems", new { listName, where = "n >= 210 AND n < 290" });

        (job.Text("state"), job.Raw("progress"), job.Raw("output")).Should().Be(("completed", "80", """{"removed":80}"""));
        JsonElement left = await app.ResolveAsync("getListItems", new { listName });
        left.EnumerateArray().Select(item => item.GetProperty("data").GetProperty("n").GetInt32())
            .Should().Equal(Enumerable.Range(0, 210).Concat(Enumerable.Range(290, 60)));

        (await RunAsync("removeItems", new { listName, where = "n == -1" })).Raw("output").Should().Be("""{"removed":0}""");
    }

    [Fact]
    public async Task A_job_summarizes_the_numbers_of_many_items_by_group()
    {
        string listName = Calls.NewName();
        await Store.CreateListAsync(listName);
        for (int n = 1; n <= 250; n++)
        {
            await Store.AddListItemAsync(listName, SnapshotFixture.Text($$"""{"call":{"ms":{{n}}.50},"by":"{{(n % 2 == 0 ? "even" : "odd")}}"}"""));
        }

        await Store.AddListItemAsync(listName, SnapshotFixture.Text("""{"call":{"ms":1000000},"by":"other"}"""));
        JsonElement job = await RunAsync("summarize", new { listName, path = "call.ms", where = "call.ms < 1000", groupBy = "/by" });

        (job.Text("state"), job.Raw("progress")).Should().Be(("completed", "251"));
        JsonElement output = job.GetProperty("output");
        output.Members().Should().Equal("rows", "groups", "count", "sum", "min", "max", "mean", "p50", "p95", "p99", "percentileError");
        (output.Raw("rows"), output.Raw("count"), output.Raw("sum"), output.Raw("min"), output.Raw("max"), output.Raw("mean"))
            .Should().Be(("251", "250", "31500.00", "1.50", "250.50", "126"));
        output.GetProperty("p50").GetDouble().Should().BeApproximately(125.5, 125.5 * 0.01);
        output.GetProperty("p95").GetDouble().Should().BeApproximately(238.5, 238.5 * 0.01);
        output.GetProperty("percentileError").GetDouble().Should().Be(0.01);
        JsonElement[] groups = [.. output.GetProperty("groups").EnumerateArray()];
        groups.Select(group => (group.Text("group"), group.Raw("count"), group.Raw("min"))).Should().Equal(("odd", "125", "1.50"), ("even", "125", "2.50"));

        // As the response to a waiting call shows.
        JsonElement waited = await app.ResolveAsync("summarizeListItems", new { listName, path = "call.ms", where = "call.ms < 1000", groupBy = "by" });
        foreach (string member in (string[])["rows", "count", "sum", "min", "max", "mean"])
        {
            output.Raw(member).Should().Be(waited.Raw(member));
        }
    }

    [Fact]
    public async Task A_summary_of_too_many_groups_fails_with_the_reason()
    {
        string mapName = Calls.NewName();
        await Store.CreateMapAsync(mapName);
        for (int n = 0; n < 220; n++)
        {
            await Store.SetMapItemAsync(mapName, $"{n:000}", JsonElement.Parse($$"""{"n":{{n}},"by":"{{n}}"}"""));
        }

        JsonElement job = await RunAsync("summarize", new { mapName, path = "n", groupBy = "by" });
        job.Text("state").Should().Be("failed");
        job.Text("error").Should().StartWith("input.groupBy makes more groups than a job has room for");
    }

    [Fact]
    public async Task A_job_removes_the_items_of_a_list_and_leaves_the_list()
    {
        string name = Calls.NewName();
        await Store.CreateListAsync(name);
        for (int i = 0; i < 250; i++)
        {
            await Store.AddListItemAsync(name, SnapshotFixture.Text("{}"));
        }

        using HttpResponseMessage response = await app.CallAsync("startJob", new { type = "removeItems", input = new { listName = name } });
        response.StatusCode.Should().Be(HttpStatusCode.Accepted);
        JsonElement started = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        started.Members().Should().Equal("jobId");
        JsonElement job = await EndAsync(started.Text("jobId"));

        job.Members().Should().Equal("jobId", "type", "state", "progress", "input", "output", "error", "createdAt", "startedAt", "endedAt", "attempts");
        (job.Text("type"), job.Text("state"), job.Raw("progress"), job.Raw("attempts"), job.Raw("error")).Should().Be(("removeItems", "completed", "250", "1", "null"));
        job.Raw("input").Should().Be($$"""{"listName":"{{name}}"}""");
        job.Raw("output").Should().Be("""{"removed":250}""");
        job.GetProperty("endedAt").GetDateTime().Should().BeOnOrAfter(job.GetProperty("startedAt").GetDateTime());
        (await Store.GetListItemsAsync(name)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_job_removes_the_items_of_a_map_however_long_their_keys_are()
    {
        string name = Calls.NewName();
        await Store.CreateMapAsync(name);
        for (int i = 0; i < 120; i++)
        {
            await Store.CreateMapItemAsync(name, $"{i:d3}{new string('é', 317)}", SnapshotFixture.Text("{}"));
        }

        JsonElement job = await EndAsync(await StartAsync("removeItems", new { mapName = name }));

        job.Raw("output").Should().Be("""{"removed":120}""");
        (await Store.GetMapItemsAsync(name)).Should().BeEmpty();
    }

    [Fact]
    public async Task Jobs_export_a_service_and_import_it()
    {
        string to = Calls.NewName();
        SyncStore from = app.Services.GetRequiredService<SyncStores>().Find("second")!;
        await SnapshotFixture.FillAsync(from);

        JsonElement export = await EndAsync(await StartAsync("exportService", new { to }, "second"), "second");
        export.Text("state").Should().Be("completed");
        export.GetProperty("output").Text("to").Should().Be(to);
        export.GetProperty("output").GetProperty("counts").GetRawText().Should().Be(
            """{"documents":121,"lists":3,"listItems":359,"maps":2,"mapItems":130,"streams":2,"permissions":134}""");
        Problem taken = await app.FailAsync("startJob", new { type = "exportService", input = new { to } });
        taken.Should().BeEquivalentTo(new { Status = 409, Parameter = "input.to" });

        JsonElement import = await EndAsync(await StartAsync("importService", new { from = to }, "paged"), "paged");
        import.Text("state").Should().Be("completed", import.GetRawText());
        import.Raw("progress").Should().Be(export.Raw("progress"));
        // Time has passed, so expiry dates may be a second later.
        Content(await ExportAsync("paged")).Should().Equal(Content(await ExportAsync("second")));

        JsonElement again = await EndAsync(await StartAsync("importService", new { from = to }, "paged"), "paged");
        again.Text("state").Should().Be("failed");
        again.Text("error").Should().MatchRegex("^line 2: the document .* is there already. Imported before it: 0 objects, 0 items, 0 permissions.$");
        (await EndAsync(await StartAsync("importService", new { from = to, onConflict = "replace" }, "paged"), "paged"))
            .GetProperty("output").GetProperty("replaced").GetInt32().Should().Be(126, "all that have a name");
    }

    [Fact]
    public async Task A_cancelled_job_stops()
    {
        string name = Calls.NewName();
        await Store.CreateListAsync(name);
        for (int i = 0; i < 3000; i++)
        {
            await Store.AddListItemAsync(name, SnapshotFixture.Text("{}"));
        }

        string jobId = await StartAsync("removeItems", new { listName = name });
        await UntilAsync(jobId, job => job.GetProperty("progress").GetInt64() > 0);
        JsonElement canceled = await app.ResolveAsync("cancelJob", new { jobId });
        canceled.Text("state").Should().Be("canceled");
        await UntilAsync("getWorkerState", new { }, state => state.GetProperty("running").EnumerateArray().All(step => step.Text("jobId") != jobId));

        int left = (await Store.GetListItemsAsync(name)).Count;
        left.Should().BeInRange(1, 2999);
        JsonElement job = await app.ResolveAsync("getJob", new { jobId });
        (job.Text("state"), job.Raw("output")).Should().Be(("canceled", "null"));
        job.GetProperty("progress").GetInt64().Should().BeInRange(1, 3000 - left);
        Problem twice = await app.FailAsync("cancelJob", new { jobId });
        twice.Should().BeEquivalentTo(new { Status = 409, Parameter = "jobId", Detail = "jobId is that of a job that has ended: it is canceled." });
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public async Task An_input_that_a_type_has_no_use_for_is_refused(string type, string input, string parameter, int status) =>
        await app.RefusesJsonAsync("startJob", $$"""{"type":"{{type}}","input":{{input}}}""", parameter, status);

    [Fact]
    public async Task The_input_of_a_job_must_exist()
    {
        (await app.FailAsync("startJob", new { type = "removeItems", input = new { listName = "nowhere" } })).Status.Should().Be(404);
        (await app.FailAsync("startJob", new { type = "removeItems", input = new { mapName = "nowhere" } })).Status.Should().Be(404);
        await app.RefusesAsync("startJob", new { type = "removeItems", input = new { listName = new string('x', 5000) } }, "input", 413);
        foreach (string function in (string[])["getJob", "cancelJob"])
        {
            Problem problem = await app.FailAsync(function, new { jobId = "no-such-job" });
            problem.Should().BeEquivalentTo(new { Status = 404, Detail = "There is no job no-such-job." });
        }
    }

    [Fact]
    public async Task Jobs_are_listed_and_those_that_have_ended_are_removed()
    {
        await using TestApp own = await TestApp.StartAsync(Settings);
        (await own.ResolveAsync("listJobs", new { })).GetRawText().Should().Be("""{"items":[],"nextPageToken":null}""");
        await own.ResolveAsync("createList", new { listName = "l" });
        List<string> ids = [];
        for (int i = 0; i < 5; i++)
        {
            ids.Add((await own.ResolveAsync("startJob", new { type = "removeItems", input = new { listName = "l" } })).Text("jobId"));
            await UntilAsync(own, "getJob", new { jobId = ids[^1] }, job => job.Text("state") == "completed");
        }

        // Something else in the map is not a job.
        await own.ResolveAsync("setMapItem", new { mapName = "jobs", key = "0", data = new { a = 1 } });
        JsonElement first = await own.ResolveAsync("listJobs", new { pageSize = 3 });
        JsonElement second = await own.ResolveAsync("listJobs", new { pageSize = 3, pageToken = first.Text("nextPageToken") });
        Ids(first).Concat(Ids(second)).Should().Equal(ids, "they come in the order of their creation");
        Ids(await own.ResolveAsync("listJobs", new { state = "completed", type = "removeItems" })).Should().Equal(ids);
        Ids(await own.ResolveAsync("listJobs", new { state = "failed" })).Should().BeEmpty();
        Ids(await own.ResolveAsync("listJobs", new { type = "exportService" })).Should().BeEmpty();

        (await own.ResolveAsync("cleanJobs", new { state = "failed" })).GetRawText().Should().Be("""{"removed":0}""");
        (await own.ResolveAsync("cleanJobs", new { state = "completed", jobIds = new[] { ids[1], ids[1], "no-such-job" } })).GetRawText().Should().Be("""{"removed":1}""");
        (await own.ResolveAsync("cleanJobs", new { state = "completed" })).GetRawText().Should().Be("""{"removed":4}""");
        (await own.ResolveAsync("getMapItems", new { mapName = "jobs" })).GetArrayLength().Should().Be(1);

        JsonElement worker = await own.ResolveAsync("getWorkerState", new { });
        worker.Members().Should().Equal("engine", "detail", "since", "running", "steps", "failures");
        (worker.Text("engine"), worker.Raw("steps"), worker.Raw("failures")).Should().Be(("in-process", "5", "0"));
        JsonElement server = await own.ResolveAsync("getServerState", new { });
        server.Members().Should().Equal("backend", "since", "requests", "errors", "syncCalls");
        server.GetProperty("requests").GetInt64().Should().BeGreaterThan(20);
        server.GetProperty("syncCalls").GetInt64().Should().BeGreaterThan(20);
    }

    [Fact]
    public async Task No_job_is_started_if_jobs_are_off()
    {
        await using TestApp off = await TestApp.StartAsync();

        Problem problem = await off.FailAsync("startJob", new { type = "removeItems", input = new { listName = "l" } });

        problem.Status.Should().Be(409);
        problem.Detail.Should().Contain("Jobs__Enabled");
        (await off.ResolveAsync("getWorkerState", new { })).Text("engine").Should().Be("off");
        (await off.ResolveAsync("health", new { })).TryGetProperty("jobs", out _).Should().BeFalse("it was switched off on purpose");
    }

    private static Dictionary<string, string?> Settings => new(ServicesFixture.Settings) { ["Jobs:Enabled"] = "true" };

    private static string[] Content(string snapshot) => SnapshotFixture.Content(Regex.Replace(snapshot, ",\"expires\":\"[^\"]*\"", ""));

    private static IEnumerable<string> Ids(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(job => job.Text("jobId"));

    private async Task<string> StartAsync(string type, object input, string service = "default")
    {
        using HttpResponseMessage response = await app.CallAsync("startJob", new { type, input, service });
        string body = await response.Content.ReadAsStringAsync();
        response.StatusCode.Should().Be(HttpStatusCode.Accepted, body);
        return JsonDocument.Parse(body).RootElement.Text("jobId");
    }

    private async Task<JsonElement> RunAsync(string type, object input) => await EndAsync(await StartAsync(type, input));

    private Task<JsonElement> EndAsync(string jobId, string service = "default") => UntilAsync(jobId, job => job.Raw("endedAt") != "null", service);

    private Task<JsonElement> UntilAsync(string jobId, Func<JsonElement, bool> condition, string service = "default") =>
        UntilAsync("getJob", new { jobId, service }, condition);

    private Task<JsonElement> UntilAsync(string function, object parameters, Func<JsonElement, bool> condition) => UntilAsync(app, function, parameters, condition);

    private static async Task<JsonElement> UntilAsync(TestApp app, string function, object parameters, Func<JsonElement, bool> condition)
    {
        using CancellationTokenSource expired = new(Timeout);
        while (true)
        {
            JsonElement answer = await app.ResolveAsync(function, parameters);
            if (condition(answer))
            {
                return answer;
            }

            await Task.Delay(20, expired.Token);
        }
    }

    private async Task<string> ExportAsync(string service)
    {
        using HttpResponseMessage response = await app.QueryAsync(HttpMethod.Get, "exportService", ("service", service));
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>One app that runs jobs.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        public TestApp App { get; private set; } = null!;

        public async ValueTask InitializeAsync() => App = await TestApp.StartAsync(Settings);

        public ValueTask DisposeAsync() => App.DisposeAsync();
    }
}
