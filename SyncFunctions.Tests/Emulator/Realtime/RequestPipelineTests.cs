using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;

using Microsoft.Extensions.Logging.Abstractions;

using SyncFunctions.Emulator.Realtime;

namespace SyncFunctions.Tests.Emulator.Realtime;

/// <summary>Requests of a client whose handling or response throws: each still gets a response, and does not block others.</summary>
public sealed class RequestPipelineTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<string> sent = new();

    public static TheoryData<string> Failures => ["before the answer", "in the answer"];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_request_that_fails_is_answered_with_an_error(string failure)
    {
        using RequestPipeline pipeline = Pipeline((_, _) => failure == "before the answer"
            ? throw new InvalidOperationException(failure)
            : Task.FromResult(new DataReply(200, _ => throw new InvalidOperationException(failure))));

        await pipeline.StartAsync(new RequestOrigin(null!), "TM1", default, default);
        await pipeline.StopAsync().WaitAsync(Soon);

        string packet = sent.Should().ContainSingle().Subject;
        packet.Should().Contain("\"id\":\"TM1\"").And.Contain("\"http_status\":{\"code\":500").And.NotContain(failure);
    }

    [Fact]
    public async Task What_fails_after_the_answer_is_not_answered_twice()
    {
        using RequestPipeline pipeline = Pipeline((_, _) =>
            Task.FromResult(new DataReply(200, json => json.WriteNumberValue(1), () => throw new InvalidOperationException())));

        await pipeline.StartAsync(new RequestOrigin(null!), "TM1", default, default);
        await pipeline.StopAsync().WaitAsync(Soon);

        sent.Should().ContainSingle().Which.Should().Contain("\"http_status\":{\"code\":200");
    }

    [Fact]
    public async Task Events_wait_for_the_answer_to_a_request_that_fails_and_then_come()
    {
        TaskCompletionSource failing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        RequestOrigin origin = new(null!);
        using RequestPipeline pipeline = Pipeline(async (_, _) =>
        {
            await failing.Task;
            throw new InvalidOperationException();
        });

        await pipeline.StartAsync(origin, "TM1", default, default);
        pipeline.SendEvent("own event"u8.ToArray(), origin);
        pipeline.SendEvent("another's event"u8.ToArray(), null);
        sent.Should().BeEmpty();
        failing.SetResult();
        await pipeline.StopAsync().WaitAsync(Soon);

        sent.Should().HaveCount(3);
        sent.First().Should().Contain("TM1");
        sent.Skip(1).Should().Equal("own event", "another's event");
    }

    [Fact]
    public async Task Answers_wait_for_what_was_committed_before_them()
    {
        Dictionary<RequestOrigin, TaskCompletionSource> handled = [];
        RequestOrigin[] origins = [new(null!), new(null!), new(null!)];
        foreach (RequestOrigin origin in origins)
        {
            handled.Add(origin, new TaskCompletionSource());
        }

        using RequestPipeline pipeline = Pipeline(async (origin, _) =>
        {
            await handled[origin].Task;
            return new DataReply(200, json => json.WriteNumberValue(1));
        });
        for (int i = 0; i < origins.Length; i++)
        {
            await pipeline.StartAsync(origins[i], $"TM{i}", default, default);
        }

        pipeline.SendEvent("event of 0"u8.ToArray(), origins[0]);
        pipeline.SendEvent("another's event"u8.ToArray(), null);
        pipeline.SendEvent(null, origins[1]);
        pipeline.SendEvent("another's last event"u8.ToArray(), null);
        handled[origins[1]].SetResult();
        sent.Should().BeEmpty();
        // A request that changed nothing has no place among the events.
        handled[origins[2]].SetResult();
        sent.Should().ContainSingle().Which.Should().Contain("TM2");
        handled[origins[0]].SetResult();
        await pipeline.StopAsync().WaitAsync(Soon);

        string[] rest = [.. sent.Skip(1)];
        rest.Should().HaveCount(5);
        rest[0].Should().Contain("TM0");
        rest[1..3].Should().Equal("event of 0", "another's event");
        rest[3].Should().Contain("TM1");
        rest[4].Should().Be("another's last event");
    }

    [Fact]
    public async Task More_requests_may_fail_than_there_may_be_at_a_time()
    {
        using RequestPipeline pipeline = Pipeline((_, _) => throw new InvalidOperationException());

        for (int i = 0; i < 200; i++)
        {
            await pipeline.StartAsync(new RequestOrigin(null!), $"TM{i}", default, default).WaitAsync(Soon);
        }

        await pipeline.StopAsync().WaitAsync(Soon);
        sent.Should().HaveCount(200);
    }

    private RequestPipeline Pipeline(Func<RequestOrigin, JsonElement, Task<DataReply>> handle) => new(
        (origin, header, _, _) => handle(origin, header), packet => sent.Enqueue(Encoding.UTF8.GetString(packet)), NullLogger.Instance, CancellationToken.None);
}
