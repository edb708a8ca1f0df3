using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Store;

/// <summary>Callers that change the same resource, and those that do not.</summary>
public sealed class ContentionTests(FakeTwilio twilio) : IClassFixture<FakeTwilio>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Changes_of_a_resource_do_not_block_others()
    {
        TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        twilio.Answer(async (context, _) =>
        {
            if (context.Request.Path.Value!.Contains("/slow", StringComparison.Ordinal))
            {
                await released.Task;
            }

            await FakeTwilio.SendAsync(context, 200, FakeTwilio.Document);
        });

        Task slow = Task.WhenAll(Enumerable.Range(0, 200).Select(number => PatchAsync(twilio.App, $"slow{number}")));
        await UntilAsync(() => twilio.Requests.Count == 200);
        await PatchAsync(twilio.App, "quick").WaitAsync(Soon);

        slow.IsCompleted.Should().BeFalse();
        released.SetResult();
        await slow.WaitAsync(Soon);
    }

    [Fact]
    public async Task A_caller_that_waits_after_a_conflict_does_not_block_others()
    {
        // The clock stands still, so that the caller would wait for ever.
        await using TestApp app = await TestApp.StartAsync(
            TestApp.TwilioAt(twilio.Url), services => services.AddSingleton<TimeProvider>(new FakeTimeProvider()));
        int updates = 0;
        twilio.Answer((context, _) => context.Request.Method == "POST" && Interlocked.Increment(ref updates) == 1
            ? FakeTwilio.SendAsync(context, 412, FakeTwilio.Error(412, 54103))
            : FakeTwilio.SendAsync(context, 200, FakeTwilio.Document));

        Task waiting = PatchAsync(app, "d");
        await UntilAsync(() => updates == 1);
        await PatchAsync(app, "d").WaitAsync(Soon);

        waiting.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task Callers_of_one_process_change_a_resource_one_after_the_other()
    {
        int inside = 0;
        int most = 0;
        twilio.Answer(async (context, _) =>
        {
            if (context.Request.Method == "GET")
            {
                most = Math.Max(most, Interlocked.Increment(ref inside));
                await Task.Yield();
                await FakeTwilio.SendAsync(context, 200, FakeTwilio.Document);
            }
            else
            {
                Interlocked.Decrement(ref inside);
                await FakeTwilio.SendAsync(context, 200, FakeTwilio.Document);
            }
        });

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => PatchAsync(twilio.App, "d"))).WaitAsync(Soon);

        most.Should().Be(1);
    }

    [Fact]
    public async Task An_item_that_others_keep_changing_ends_a_removal_that_says_what_it_removed()
    {
        int revision = 7;
        twilio.Answer((context, _) => (context.Request.Method, context.Request.Path.Value!.EndsWith("/Items", StringComparison.Ordinal)) switch
        {
            ("GET", true) => FakeTwilio.SendAsync(context, 200, FakeTwilio.Page(Item(2, 1) + "," + Item(3, revision), null)),
            ("GET", _) => FakeTwilio.SendAsync(context, 200, Item(3, Interlocked.Increment(ref revision))),
            _ when context.Request.Path.Value!.EndsWith("/2", StringComparison.Ordinal) => FakeTwilio.SendAsync(context, 204, ""),
            _ => FakeTwilio.SendAsync(context, 412, FakeTwilio.Error(412, 54155)),
        });

        Problem problem = await twilio.App.FailAsync("removeListItems", new { listName = "l", key = "a" });

        problem.Should().BeEquivalentTo(new { Status = 409, Detail = "Others kept changing item 3; 1 item(s) were deleted before it." });
        twilio.Requests.Count(request => request.Method == "DELETE").Should().Be(1 + 10);
    }

    private static string Item(int index, int revision) => FakeTwilio.Item
        .Replace("\"index\":3", $"\"index\":{index}", StringComparison.Ordinal)
        .Replace("\"revision\":\"7\"", $"\"revision\":\"{revision}\"", StringComparison.Ordinal);

    private static async Task PatchAsync(TestApp app, string name) =>
        await app.ResolveAsync("patchDocument", new { docName = name, patch = new { b = 1 } });

    private static async Task UntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource expired = new(Soon);
        while (!condition())
        {
            await Task.Delay(10, expired.Token);
        }
    }
}
