using System.Collections.Concurrent;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Storage;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Storage;

/// <summary>The single writer, its changes and its subscribers do not disturb each other.</summary>
public sealed class CommitQueueTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string File => folder.File("sync.db");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_change_that_fails_half_way_is_rolled_back_alone()
    {
        using Database database = Database.Open(File, TimeProvider.System, NullLoggerFactory.Instance);
        using ManualResetEventSlim gate = new();
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<int> batches = [];
        database.Committed += events => batches.Add(events.Count);

        // The first change holds the writer until the others wait behind it, so that these share one transaction.
        Task<int> first = database.WriteAsync(
            _ =>
            {
                begun.SetResult();
                gate.Wait();
                return 0;
            },
            CancellationToken.None);
        await begun.Task;
        using CancellationTokenSource cancelled = new();
        Task<int>[] changes =
        [
            .. Enumerable.Range(1, 9).Select(id => database.WriteAsync(
                write => Abandon(write, id, fails: id % 3 == 0), id == 5 ? cancelled.Token : CancellationToken.None)),
        ];
        await cancelled.CancelAsync();
        gate.Set();

        await first;
        await Task.WhenAll(changes).ContinueWith(_ => { }, TaskScheduler.Default);
        changes.Select(change => change.Status).Should().Equal(Enumerable.Range(1, 9).Select(id =>
            id == 5 ? TaskStatus.Canceled : id % 3 == 0 ? TaskStatus.Faulted : TaskStatus.RanToCompletion));
        changes[2].Exception!.InnerException!.Message.Should().Be("3 fails");
        DataFileReader reader = new(File);
        reader.Query("SELECT group_concat(object_id) FROM abandoned").Should().Be("1,2,4,7,8");
        reader.Query("SELECT group_concat(object_id) FROM events").Should().Be("1,2,4,7,8");
        batches.Should().Equal(5);
    }

    [Fact]
    public async Task A_subscriber_that_throws_does_not_affect_the_writer_or_other_subscribers()
    {
        ErrorLog log = new();
        using Database database = Database.Open(File, TimeProvider.System, log);
        ConcurrentQueue<long> heard = new();
        database.Committed += _ => throw new InvalidOperationException("the first subscriber");
        database.Committed += events => heard.Enqueue(events.Single().ObjectId);

        for (int id = 1; id <= 3; id++)
        {
            int changed = id;
            (await database.WriteAsync(write => Abandon(write, changed, fails: false), CancellationToken.None)).Should().Be(id, "it is durable");
        }

        heard.Should().Equal(1, 2, 3);
        log.Errors.Should().HaveCount(3).And.OnlyContain(error => error == "the first subscriber");
        new DataFileReader(File).Query("SELECT group_concat(object_id) FROM events").Should().Be("1,2,3");
    }

    private static int Abandon(SyncWriter write, int id, bool fails)
    {
        write.RemoveObject(id);
        write.AppendEvent(new SyncEvent(
            1, id, ObjectKind.Document, SyncChange.Created, "ET", null, 0, null, "{}", write.Now, null, Caller.System.Identity));
        return fails ? throw new InvalidOperationException($"{id} fails") : id;
    }

    private sealed class ErrorLog : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<string> Errors { get; } = new();

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Errors.Enqueue(exception!.Message);
            }
        }

        public void Dispose()
        {
        }
    }
}
