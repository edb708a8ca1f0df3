using System.Text;
using System.Text.Json;

using SyncFunctions.Client;
using SyncFunctions.Store;
using SyncFunctions.Store.Jobs;
using SyncFunctions.Store.Snapshots;
using SyncFunctions.Tests.Store.Snapshots;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Store.Jobs;

/// <summary>Workers die at each of their requests to Sync, before or after it arrives, and others continue.</summary>
public sealed class CrashTests(SnapshotFixture fixture) : IClassFixture<SnapshotFixture>
{
    private const int Items = 25;

    private readonly TestApp app = fixture.App;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_removal_counts_each_item_once_wherever_its_worker_dies(bool isLastSent)
    {
        JobWorkers workers = new(app, fixture.Time);
        (JobRunner runner, SyncStore store) = workers.NewWorker();
        int died = 1;
        int life = 1;
        for (; died > 0; life++)
        {
            string name = Calls.NewName();
            await store.CreateListAsync(name);
            for (int i = 0; i < Items; i++)
            {
                await store.AddListItemAsync(name, SnapshotFixture.Text("{}"));
            }

            StartedJob job = await runner.StartAsync(store, "removeItems", Input(new { listName = name }), CancellationToken.None);
            died = await workers.RunMortalsAsync(number => number == 0 ? life : 0, isLastSent);

            Job ended = await new JobBook(store, fixture.Time).GetAsync(job.JobId, CancellationToken.None);
            ended.Should().BeEquivalentTo(new { State = JobState.Completed, Progress = Items, Error = (string?)null }, "a worker died at request {0}", life);
            ended.Output!.Value.GetRawText().Should().Be($$"""{"removed":{{Items}}}""", "a worker died at request {0}", life);
            (await store.GetListItemsAsync(name)).Should().BeEmpty();
        }

        life.Should().BeGreaterThan(Items);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_import_creates_everything_once_wherever_its_worker_dies(bool isLastSent)
    {
        byte[] snapshot = Encoding.UTF8.GetBytes(string.Join('\n',
        [
            """{"format":"syncfunctions-snapshot","version":1}""",
            """{"kind":"document","name":"d1","data":{"n":1}}""",
            """{"kind":"permission","identity":"ann","read":true,"write":true,"manage":false}""",
            """{"kind":"document","name":"d2","data":{"n":2}}""",
            """{"kind":"list","name":"l1"}""",
            .. Enumerable.Range(0, 8).Select(number => $$$"""{"kind":"listItem","data":{"n":{{{number / 3}}}}}"""),
            """{"kind":"list","name":"l2"}""",
            """{"kind":"listItem","data":{"n":1}}""",
            """{"kind":"map","name":"m"}""",
            .. Enumerable.Range(0, 4).Select(number => $$$"""{"kind":"mapItem","key":"k{{{number}}}","data":{"n":{{{number}}}}}"""),
            """{"kind":"stream","name":"s"}""",
            """{"kind":"end","documents":2,"lists":2,"listItems":9,"maps":1,"mapItems":4,"streams":1,"permissions":1}""",
        ]));
        JobWorkers workers = new(app, fixture.Time, new OneSnapshot(snapshot));
        (JobRunner runner, SyncStore store) = workers.NewWorker();
        int died = 1;
        int life = 1;
        for (; died > 0; life++)
        {
            await ServiceReset.ResetAsync(store, CancellationToken.None);
            // An object that existed before is not the job's, although it has the name of one in the snapshot.
            fixture.Time.Advance(TimeSpan.FromSeconds(2));
            StartedJob job = await runner.StartAsync(store, "importService", Input(new { from = "snapshot" }), CancellationToken.None);
            died = await workers.RunMortalsAsync(number => number == 0 ? life : 0, isLastSent);

            Job ended = await new JobBook(store, fixture.Time).GetAsync(job.JobId, CancellationToken.None);
            ended.Error.Should().BeNull("a worker died at request {0}", life);
            ended.Should().BeEquivalentTo(new { State = JobState.Completed, Progress = 22 }, "a worker died at request {0}", life);
            ended.Output!.Value.GetRawText().Should().Be(
                """{"documents":2,"lists":2,"listItems":9,"maps":1,"mapItems":4,"streams":1,"permissions":1,"replaced":0,"skipped":0,"expired":0}""");
            (await store.GetListItemsAsync("l1")).Select(item => item.Data.GetRawText())
                .Should().Equal(Enumerable.Range(0, 8).Select(number => $$"""{"n":{{number / 3}}}"""), "a worker died at request {0}", life);
            (await store.GetListItemsAsync("l2")).Should().ContainSingle();
            (await store.GetMapItemsAsync("m")).Should().HaveCount(4);
            (await store.GetPermissionsAsync(PermissionOwner.Document, "d1")).Should().ContainSingle();
        }

        life.Should().BeGreaterThan(20);
    }

    [Fact]
    public async Task A_job_whose_workers_all_die_fails_in_the_end()
    {
        JobWorkers workers = new(app, fixture.Time);
        (JobRunner runner, SyncStore store) = workers.NewWorker();
        string name = Calls.NewName();
        await store.CreateListAsync(name);
        StartedJob job = await runner.StartAsync(store, "removeItems", Input(new { listName = name }), CancellationToken.None);

        // Each lives long enough to take the job.
        int died = await workers.RunMortalsAsync(number => number < 5 ? 3 : 0, isLastSent: false);

        died.Should().Be(5);
        (await new JobBook(store, fixture.Time).GetAsync(job.JobId, CancellationToken.None)).Should().BeEquivalentTo(new { State = JobState.Failed, Attempts = 6 });
    }

    [Fact]
    public async Task A_step_that_fails_is_tried_five_times()
    {
        JobWorkers workers = new(app, fixture.Time, new OneSnapshot(null));
        (JobRunner runner, SyncStore store) = workers.NewWorker();
        StartedJob job = await runner.StartAsync(store, "importService", Input(new { from = "snapshot" }), CancellationToken.None);
        JobBook book = new(store, fixture.Time);
        for (int attempt = 1; attempt <= 5; attempt++)
        {
            await runner.RunStepAsync(workers.Messages.Dequeue(), CancellationToken.None);
            (await book.GetAsync(job.JobId, CancellationToken.None)).Should().BeEquivalentTo(
                new { State = attempt < 5 ? JobState.Active : JobState.Failed, Attempts = attempt, Error = "The storage is away." });
        }

        workers.Messages.Should().BeEmpty();
        runner.Failures.Should().Be(5);
    }

    [Fact]
    public async Task A_job_is_held_by_one_worker_at_a_time()
    {
        JobWorkers workers = new(app, fixture.Time);
        (JobRunner runner, SyncStore store) = workers.NewWorker();
        string name = Calls.NewName();
        await store.CreateListAsync(name);
        StartedJob job = await runner.StartAsync(store, "removeItems", Input(new { listName = name }), CancellationToken.None);
        JobMessage message = workers.Messages.Dequeue();
        JobBook book = new(store, fixture.Time);
        (SyncMapItem item, JobRecord record) = (await book.FindAsync(job.JobId, CancellationToken.None))!.Value;
        using HeldJob? held = await book.TakeAsync(item, record, TimeSpan.FromSeconds(30), CancellationToken.None);

        (await book.TakeAsync(item, record, TimeSpan.FromSeconds(30), CancellationToken.None)).Should().BeNull("another worker was faster");
        await runner.RunStepAsync(message, CancellationToken.None);
        workers.Messages.Should().Equal([message], "its worker may have died");
        await runner.RunStepAsync(message with { Step = 0 }, CancellationToken.None);
        workers.Messages.Should().ContainSingle("a message of an earlier step is not needed");
        await runner.FailAsync(workers.Messages.Dequeue(), CancellationToken.None);
        workers.Messages.Should().Equal([message], "another worker has it");
        (await book.GetAsync(job.JobId, CancellationToken.None)).State.Should().Be(JobState.Active);

        fixture.Time.Advance(TimeSpan.FromSeconds(31));
        await workers.RunAsync();
        (await book.GetAsync(job.JobId, CancellationToken.None)).State.Should().Be(JobState.Completed);
        Func<Task> late = () => held!.SaveAsync(new JsonText("{}"u8.ToArray()), 1, CancellationToken.None);
        await late.Should().ThrowAsync<JobStoppedException>("another worker had the job");
    }

    [Fact]
    public async Task A_job_whose_message_could_not_be_handled_has_failed()
    {
        JobWorkers workers = new(app, fixture.Time);
        (JobRunner runner, SyncStore store) = workers.NewWorker();
        string name = Calls.NewName();
        await store.CreateMapAsync(name);
        StartedJob job = await runner.StartAsync(store, "removeItems", Input(new { mapName = name }), CancellationToken.None);

        await runner.FailAsync(workers.Messages.Dequeue(), CancellationToken.None);
        await runner.FailAsync(new JobMessage(store.Key, "no-such-job", 1), CancellationToken.None);
        await runner.FailAsync(new JobMessage("no-such-service", job.JobId, 1), CancellationToken.None);

        (await new JobBook(store, fixture.Time).GetAsync(job.JobId, CancellationToken.None)).State.Should().Be(JobState.Failed);
    }

    private static JsonText Input(object input) => new(JsonSerializer.SerializeToUtf8Bytes(input));

    /// <summary>A storage with one snapshot, or one that cannot be read.</summary>
    private sealed class OneSnapshot(byte[]? snapshot) : ISnapshotStorage
    {
        public Task<bool> ExistsAsync(string name, CancellationToken cancellationToken) => Task.FromResult(true);

        public Task AppendAsync(string name, string writer, SnapshotExtent written, ReadOnlyMemory<byte> piece, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task CompleteAsync(string name, string writer, SnapshotExtent written, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task AbandonAsync(string name, string writer, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<Stream?> OpenAsync(string name, long position, CancellationToken cancellationToken) => Task.FromResult<Stream?>(snapshot is null
            ? throw new StorageUnavailableException("The storage is away.", new IOException())
            : new MemoryStream(snapshot) { Position = position });
    }
}
