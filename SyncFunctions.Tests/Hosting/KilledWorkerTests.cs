using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Hosting;

/// <summary>Jobs whose worker's process is killed.</summary>
public sealed class KilledWorkerTests(Azurite storage) : IClassFixture<Azurite>
{
    private const int Kills = 3;

    // Can be set for a longer manual run.
    private static readonly int Items = int.Parse(Environment.GetEnvironmentVariable("SYNCFUNCTIONS_TEST_JOB_ITEMS") ?? "1500", CultureInfo.InvariantCulture);

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2 + (Items / 5000));

    [Fact]
    public async Task A_process_that_is_killed_leaves_its_job_to_the_next()
    {
        using TemporaryFolder folder = new();
        Progress progress = new();
        string? jobId = null;
        for (int run = 0; run <= Kills; run++)
        {
            await using AppProcess app = AppProcess.Start(folder.Path, ("Jobs__Lease", "2"));
            using HttpClient http = await app.ClientAsync();
            if (jobId is null)
            {
                await FillAsync(http);
                jobId = await StartAsync(http, "removeItems", new { listName = "l" });
            }

            // Disposing the process kills it.
            await progress.UntilAsync(http, jobId, run < Kills ? Items * (run + 1) / (Kills + 2) : null);
            if (run == Kills)
            {
                await EndedAsync(http, jobId);
            }
        }
    }

    [Fact]
    public async Task Workers_that_are_killed_leave_their_jobs_to_each_other()
    {
        Assert.SkipWhen(storage.Unavailable is not null, storage.Unavailable ?? "");
        using TemporaryFolder folder = new();
        using EmulatorProcess sync = await EmulatorProcess.StartAsync(folder.File("sync.db"));
        Dictionary<string, string> settings = Settings(sync);
        await using FunctionsHost one = await FunctionsHost.StartAsync(settings);
        await using FunctionsHost other = await FunctionsHost.StartAsync(settings);
        await FillAsync(one.Http);

        string jobId = await StartAsync(one.Http, "removeItems", new { listName = "l" });
        Progress progress = new();
        for (int kill = 0; kill < Kills; kill++)
        {
            await progress.UntilAsync(other.Http, jobId, Items * (kill + 1) / (Kills + 2));
            await (await RunsAsync(one.Http, jobId) ? one : other).KillWorkerAsync();
        }

        await progress.UntilAsync(one.Http, jobId, null);
        await EndedAsync(one.Http, jobId);
        (await ResolveAsync(one.Http, "getWorkerState", new { })).Text("engine").Should().Be("storage queue");
        (await ResolveAsync(one.Http, "health", new { })).TryGetProperty("jobs", out _).Should().BeFalse();
    }

    [Fact]
    public async Task A_snapshot_goes_into_a_container_and_comes_out_of_it()
    {
        Assert.SkipWhen(storage.Unavailable is not null, storage.Unavailable ?? "");
        using TemporaryFolder folder = new();
        using EmulatorProcess sync = await EmulatorProcess.StartAsync(folder.File("sync.db"));
        await using FunctionsHost host = await FunctionsHost.StartAsync(Settings(sync));
        await FillAsync(host.Http);
        string to = Calls.NewName();
        Progress exporting = new();
        Progress importing = new();

        string export = await StartAsync(host.Http, "exportService", new { to });
        JsonElement exported = await exporting.UntilAsync(host.Http, export, null);
        exported.Text("state").Should().Be("completed", exported.GetRawText());
        exported.GetProperty("output").GetProperty("counts").GetProperty("listItems").GetInt32().Should().Be(Items);
        using HttpResponseMessage taken = await host.Http.PostAsJsonAsync("startJob", new { type = "exportService", input = new { to } });
        (await Problem.ReadAsync(taken)).Should().BeEquivalentTo(new { Status = 409, Parameter = "input.to" });

        string before = await DataAsync(host.Http);
        string import = await StartAsync(host.Http, "importService", new { from = to, onConflict = "replace" });
        await importing.UntilAsync(host.Http, import, Items / 4);
        await host.KillWorkerAsync();
        JsonElement imported = await importing.UntilAsync(host.Http, import, null);
        imported.Text("state").Should().Be("completed", imported.GetRawText());
        imported.GetProperty("output").GetProperty("listItems").GetInt32().Should().Be(Items);
        (await DataAsync(host.Http)).Should().Be(before);
    }

    [Fact]
    public async Task Without_a_storage_account_everything_works_but_jobs()
    {
        await using FunctionsHost host = await FunctionsHost.StartAsync();

        using HttpResponseMessage refused = await host.Http.PostAsJsonAsync("startJob", new { type = "removeItems", input = new { listName = "l" } });
        Problem problem = await Problem.ReadAsync(refused);
        problem.Status.Should().Be(409);
        problem.Detail.Should().Contain("AzureWebJobsStorage");
        JsonElement health = await ResolveAsync(host.Http, "health", new { });
        (health.Text("status"), health.Text("jobs")).Should().Be(("healthy", problem.Detail));
        host.Output.Should().Contain(line => line.EndsWith(problem.Detail, StringComparison.Ordinal));
        (await ResolveAsync(host.Http, "openList", new { listName = "l" })).Text("uniqueName").Should().Be("l");
        host.Failures.Should().BeEmpty();
    }

    [Fact]
    public async Task A_missing_storage_account_is_reported_and_nothing_is_started()
    {
        await using FunctionsHost host = await FunctionsHost.StartAsync(new Dictionary<string, string>
        {
            ["AzureWebJobsStorage__queueServiceUri"] = "https://127.0.0.1:9/a",
            ["Snapshots__Folder"] = "snapshots",
        });
        await ResolveAsync(host.Http, "openList", new { listName = "l" });

        using HttpResponseMessage refused = await host.Http.PostAsJsonAsync("startJob", new { type = "removeItems", input = new { listName = "l" } });

        Problem problem = await Problem.ReadAsync(refused);
        problem.Status.Should().Be(503);
        problem.Detail.Should().Contain("sync-jobs");
        (await ResolveAsync(host.Http, "listJobs", new { })).GetProperty("items").GetArrayLength().Should().Be(0);
    }

    private static async Task FillAsync(HttpClient http)
    {
        await ResolveAsync(http, "createList", new { listName = "l" });
        foreach (int[] numbers in Enumerable.Range(0, Items).Chunk(100))
        {
            await ResolveAsync(http, "addListItems", new { listName = "l", items = numbers.Select(number => new { number }) });
        }
    }

    private static async Task EndedAsync(HttpClient http, string jobId)
    {
        JsonElement job = await ResolveAsync(http, "getJob", new { jobId });
        (job.Text("state"), job.Raw("progress"), job.Raw("output")).Should().Be(("completed", $"{Items}", $$"""{"removed":{{Items}}}"""), job.GetRawText());
        (await ResolveAsync(http, "queryListItems", new { listName = "l" })).GetProperty("items").GetArrayLength().Should().Be(0);
    }

    private static async Task<bool> RunsAsync(HttpClient http, string jobId) =>
        (await ResolveAsync(http, "getWorkerState", new { })).GetProperty("running").EnumerateArray().Any(step => step.Text("jobId") == jobId);

    private static async Task<string> DataAsync(HttpClient http) =>
        string.Join('\n', (await ResolveAsync(http, "getListItems", new { listName = "l" })).EnumerateArray().Select(item => item.Raw("data")));

    private static async Task<string> StartAsync(HttpClient http, string type, object input) =>
        (await ResolveAsync(http, "startJob", new { type, input })).Text("jobId");

    private static async Task<JsonElement> ResolveAsync(HttpClient http, string function, object parameters)
    {
        using HttpResponseMessage response = await http.PostAsJsonAsync(function, parameters);
        string body = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.Should().BeTrue("{0} answered {1}", function, body);
        return JsonDocument.Parse(body).RootElement.Clone();
    }

    private Dictionary<string, string> Settings(EmulatorProcess sync) => TestApp.TwilioAt(sync.Http.BaseAddress!).ToDictionary(
        setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value!).Concat(
        [
            KeyValuePair.Create("AzureWebJobsStorage", storage.Connection), KeyValuePair.Create("Jobs__Lease", "2"),
        ]).ToDictionary();

    /// <summary>Watches a job, whose progress never goes back.</summary>
    private sealed class Progress
    {
        private long latest;

        /// <summary>Waits until the progress reaches a number, or for <see langword="null"/> until the job has ended.</summary>
        public async Task<JsonElement> UntilAsync(HttpClient http, string jobId, long? target)
        {
            using CancellationTokenSource expired = new(Timeout);
            while (true)
            {
                JsonElement job = await ResolveAsync(http, "getJob", new { jobId });
                long progress = job.GetProperty("progress").GetInt64();
                progress.Should().BeGreaterThanOrEqualTo(latest, "progress never goes back");
                latest = progress;
                if (job.Raw("endedAt") != "null" || progress >= target)
                {
                    job.Text("state").Should().NotBe("failed", job.GetRawText());
                    return job;
                }

                if (expired.IsCancellationRequested)
                {
                    throw new TimeoutException($"The job does not end: {job.GetRawText()}");
                }

                await Task.Delay(20, CancellationToken.None);
            }
        }
    }
}
