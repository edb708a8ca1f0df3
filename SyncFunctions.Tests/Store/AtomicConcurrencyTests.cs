using System.Net;
using System.Text.Json;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

using SyncFunctions.Client;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Store;

/// <summary>No addition and no patch is lost or applied twice, whoever else writes and whatever fails.</summary>
public sealed class AtomicConcurrencyTests(ServicesFixture fixture) : IClassFixture<ServicesFixture>
{
    private readonly TestApp app = fixture.App;

    [Fact]
    public async Task Of_3200_additions_by_64_callers_none_is_lost()
    {
        string docName = Calls.NewName();
        await app.ResolveAsync("createDocument", new { docName, data = new { other = "x" } });
        await Repeat(64, 50, _ => app.ResolveAsync("incrementDocument", new { docName, path = "/n" }));

        JsonElement document = await app.ResolveAsync("getDocument", new { docName });
        document.Raw("data").Should().Be("""{"other":"x","n":3200}""");
        document.Text("revision").Should().Be("3200");
    }

    [Fact]
    public async Task Every_caller_gets_a_distinct_sum()
    {
        string mapName = Calls.NewName();
        await app.ResolveAsync("createMap", new { mapName });
        await app.ResolveAsync("setMapItem", new { mapName, key = "k", data = new { n = 0 } });
        JsonElement[] sums = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ =>
            app.ResolveAsync("incrementMapItem", new { mapName, key = "k", path = "/n" })));
        sums.Select(item => item.GetProperty("data").GetProperty("n").GetInt32()).Should().BeEquivalentTo(Enumerable.Range(1, 100));
    }

    [Fact]
    public async Task Additions_by_two_apps_are_all_counted()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        await using TestApp one = await TestApp.StartAsync(TestApp.TwilioAt(emulator.Server.Url));
        await using TestApp other = await TestApp.StartAsync(TestApp.TwilioAt(emulator.Server.Url));
        await one.ResolveAsync("createDocument", new { docName = "counter", data = new { } });
        await Task.WhenAll(
            Repeat(8, 25, _ => one.ResolveAsync("incrementDocument", new { docName = "counter", path = "/n", by = 1 })),
            Repeat(8, 25, _ => other.ResolveAsync("incrementDocument", new { docName = "counter", path = "/n", by = 0.1 })));

        JsonElement document = await other.ResolveAsync("getDocument", new { docName = "counter" });
        document.GetProperty("data").GetProperty("n").GetDecimal().Should().Be(220);
        document.Text("revision").Should().Be("400");
    }

    [Fact]
    public async Task Elements_that_two_apps_add_to_one_array_are_all_kept()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        await using TestApp one = await TestApp.StartAsync(TestApp.TwilioAt(emulator.Server.Url));
        await using TestApp other = await TestApp.StartAsync(TestApp.TwilioAt(emulator.Server.Url));
        await one.ResolveAsync("createDocument", new { docName = "queue", data = new { calls = Array.Empty<int>() } });
        int next = 0;
        Task Add(TestApp app) => app.ResolveAsync(
            "patchDocument", new { docName = "queue", patch = new[] { new { op = "add", path = "/calls/-", value = Interlocked.Increment(ref next) } } });
        await Task.WhenAll(Repeat(8, 20, _ => Add(one)), Repeat(8, 20, _ => Add(other)));

        JsonElement document = await other.ResolveAsync("getDocument", new { docName = "queue" });
        document.GetProperty("data").GetProperty("calls").EnumerateArray().Select(call => call.GetInt32())
            .Should().BeEquivalentTo(Enumerable.Range(1, 320));
    }

    [Fact]
    public async Task Patches_of_different_members_by_two_apps_are_all_kept()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        await using TestApp one = await TestApp.StartAsync(TestApp.TwilioAt(emulator.Server.Url));
        await using TestApp other = await TestApp.StartAsync(TestApp.TwilioAt(emulator.Server.Url));
        await one.ResolveAsync("createList", new { listName = "list" });
        await one.ResolveAsync("addListItem", new { listName = "list", data = new { } });
        await Task.WhenAll(Enumerable.Range(0, 64).Select(i => (i % 2 == 0 ? one : other).ResolveAsync(
            "patchListItem", new { listName = "list", index = 0, patch = new Dictionary<string, int> { [$"member {i}"] = i } })));

        JsonElement item = await one.ResolveAsync("getListItemByIndex", new { listName = "list", index = 0 });
        item.GetProperty("data").EnumerateObject().Select(member => (member.Name, member.Value.GetInt32()))
            .Should().BeEquivalentTo(Enumerable.Range(0, 64).Select(i => ($"member {i}", i)));
    }

    [Fact]
    public async Task Patches_of_64_different_members_at_once_are_all_kept()
    {
        string docName = Calls.NewName();
        await app.ResolveAsync("createDocument", new { docName, data = new { } });
        await Task.WhenAll(Enumerable.Range(0, 64).Select(i => app.ResolveAsync(
            "patchDocument", new { docName, patch = new { deep = new Dictionary<string, int> { [$"member {i}"] = i } } })));

        JsonElement document = await app.ResolveAsync("getDocument", new { docName });
        document.GetProperty("data").GetProperty("deep").EnumerateObject().Select(member => (member.Name, member.Value.GetInt32()))
            .Should().BeEquivalentTo(Enumerable.Range(0, 64).Select(i => ($"member {i}", i)));
    }

    [Fact]
    public async Task Additions_beside_plain_updates_by_others_are_all_counted()
    {
        string docName = Calls.NewName();
        await app.ResolveAsync("createDocument", new { docName, data = new { a = 0, b = 0 } });
        // Plain updates bypass the app's own ordering, and so cause real conflicts: each adds 1 with the revision that it has read.
        await Task.WhenAll(
            Repeat(4, 20, _ => app.ResolveAsync("incrementDocument", new { docName, path = "/a" })),
            Repeat(2, 20, _ => AddByUpdateAsync(docName)));
        (await app.ResolveAsync("getDocument", new { docName })).Raw("data").Should().Be("""{"a":80,"b":40}""");
    }

    [Fact]
    public async Task Callers_that_repeat_what_was_throttled_are_all_counted()
    {
        // With a stopped clock, the speed of this machine does not matter: this number of calls is always too many.
        ManualTime time = new(standsStill: true);
        await using TestApp throttled = await TestApp.StartAsync(
            new Dictionary<string, string?> { ["Emulator:EnforceRateLimits"] = "true" },
            services => services.AddSingleton<TimeProvider>(time).AddSingleton(new SyncClientOptions { MaximumRetries = 1 }));
        await throttled.ResolveAsync("createDocument", new { docName = "counter", data = new { } });
        int throttlings = 0;
        await Repeat(8, 30, async _ =>
        {
            while (true)
            {
                using HttpResponseMessage response = await throttled.CallAsync("incrementDocument", new { docName = "counter", path = "/n" });
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }

                (await Problem.ReadAsync(response)).Should().BeEquivalentTo(new { Status = 429, Code = 54009 });
                Interlocked.Increment(ref throttlings);
                time.Advance(response.Headers.RetryAfter!.Delta!.Value);
            }
        });

        time.Advance(TimeSpan.FromSeconds(10));
        JsonElement document = await throttled.ResolveAsync("getDocument", new { docName = "counter" });
        document.Raw("data").Should().Be("""{"n":240}""");
        document.Text("revision").Should().Be("240");
        throttlings.Should().BePositive();
    }

    [Fact]
    public async Task An_addition_whose_answer_is_lost_is_not_made_twice()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        await using FakeSync cut = await FakeSync.StartAsync((context, _) => ForwardAsync(
            context, emulator, loseAnswer: context.Request.Method == "POST" && context.Request.Path.Value!.Contains("/Documents/", StringComparison.Ordinal)));
        await using TestApp behind = await TestApp.StartAsync(TestApp.TwilioAt(cut.Url));
        await behind.ResolveAsync("createDocument", new { docName = "counter", data = new { n = 0 } });

        for (int expected = 1; expected <= 3; expected++)
        {
            Problem problem = await behind.FailAsync("incrementDocument", new { docName = "counter", path = "/n" });
            problem.Status.Should().Be(502);
            JsonElement document = await behind.ResolveAsync("getDocument", new { docName = "counter" });
            document.Raw("data").Should().Be($$"""{"n":{{expected}}}""");
        }

        cut.Requests.Count(request => request.StartsWith("POST", StringComparison.Ordinal)).Should().Be(4, "one creation and three updates were sent");
    }

    [Fact]
    public async Task An_addition_after_one_whose_response_is_lost_adds_to_it()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        int updates = 0;
        await using FakeSync cut = await FakeSync.StartAsync((context, _) => ForwardAsync(
            context,
            emulator,
            loseAnswer: context.Request.Method == "POST" && context.Request.Path.Value!.Contains("/Items/", StringComparison.Ordinal)
                && Interlocked.Increment(ref updates) % 2 == 1));
        await using TestApp behind = await TestApp.StartAsync(TestApp.TwilioAt(cut.Url));
        await behind.ResolveAsync("createMap", new { mapName = "map" });
        await emulator.PostAsync("Maps/map/Items", ("Key", "k"), ("Data", """{"n":0}"""));

        int answered = 0;
        int lost = 0;
        await Repeat(4, 5, async _ =>
        {
            using HttpResponseMessage response = await behind.CallAsync("incrementMapItem", new { mapName = "map", key = "k", path = "/n" });
            response.StatusCode.Should().BeOneOf(HttpStatusCode.OK, HttpStatusCode.BadGateway);
            Interlocked.Increment(ref response.IsSuccessStatusCode ? ref answered : ref lost);
        });

        (answered, lost).Should().Be((10, 10));
        (await behind.ResolveAsync("getMapItem", new { mapName = "map", key = "k" })).Raw("data").Should().Be("""{"n":20}""");
    }

    private static Task Repeat(int callers, int times, Func<int, Task> call) => Task.WhenAll(Enumerable.Range(0, callers).Select(async caller =>
    {
        for (int i = 0; i < times; i++)
        {
            await call(caller);
        }
    }));

    private static async Task ForwardAsync(HttpContext context, TestEmulator emulator, bool loseAnswer)
    {
        using HttpRequestMessage request = new(new HttpMethod(context.Request.Method), $"{emulator.Server.Url}{$"{context.Request.Path}{context.Request.QueryString}".TrimStart('/')}");
        request.Headers.TryAddWithoutValidation("If-Match", context.Request.Headers.IfMatch.ToString() is { Length: > 0 } revision ? revision : "*");
        if (context.Request.Method == "POST")
        {
            using StreamReader body = new(context.Request.Body);
            request.Content = new StringContent(await body.ReadToEndAsync(), null, "application/x-www-form-urlencoded");
        }

        using HttpResponseMessage response = await emulator.Http.SendAsync(request);
        if (loseAnswer)
        {
            context.Abort();
            return;
        }

        await FakeSync.AnswerAsync(context, (int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task AddByUpdateAsync(string docName)
    {
        while (true)
        {
            JsonElement document = await app.ResolveAsync("getDocument", new { docName });
            JsonElement data = document.GetProperty("data");
            using HttpResponseMessage response = await app.CallAsync("updateDocument", new
            {
                docName,
                data = new { a = data.GetProperty("a").GetInt32(), b = data.GetProperty("b").GetInt32() + 1 },
                ifMatch = document.Text("revision"),
            });
            if (response.IsSuccessStatusCode)
            {
                return;
            }

            response.StatusCode.Should().Be(HttpStatusCode.PreconditionFailed);
        }
    }
}
