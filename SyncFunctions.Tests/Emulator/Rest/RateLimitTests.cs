using System.Net;
using System.Text.Json;

using Microsoft.Extensions.DependencyInjection;

using SyncFunctions.Client;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Rest;

/// <summary>The emulator's rate limits, against a clock that stands still, so that nothing depends on how fast this machine is.</summary>
public sealed class RateLimitTests : IAsyncLifetime
{
    private const int ObjectBurst = 200;

    private readonly ManualTime time = new(standsStill: true);
    private TestApp app = null!;
    private HttpClient sync = null!;

    public async ValueTask InitializeAsync()
    {
        app = await TestApp.StartAsync(
            new Dictionary<string, string?>(ServicesFixture.Settings) { ["Emulator:EnforceRateLimits"] = "true" },
            // One retry, so that the app soon tells that it was throttled.
            services => services.AddSingleton<TimeProvider>(time).AddSingleton(new SyncClientOptions { MaximumRetries = 1 }));
        sync = Client(app, "IS" + new string('0', 32));
        foreach (string kind in (string[])["Documents", "Lists", "Maps", "Streams"])
        {
            await PassesAsync(PostAsync(kind, ("UniqueName", "one")));
            await PassesAsync(PostAsync(kind, ("UniqueName", "other")));
        }

        time.Advance(TimeSpan.FromSeconds(10));
    }

    public async ValueTask DisposeAsync()
    {
        sync.Dispose();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task Writes_of_an_object_are_limited_and_those_of_another_are_not()
    {
        await TakesAsync(ObjectBurst, () => PostAsync("Documents/one", ("Data", "{}")));
        await PassesAsync(PostAsync("Documents/other", ("Data", "{}")));
        await PassesAsync(GetAsync("Documents/one"));

        time.Advance(TimeSpan.FromSeconds(1));
        await TakesAsync(20, () => PostAsync("Documents/one", ("Data", "{}")));
        time.Advance(TimeSpan.FromHours(1));
        await TakesAsync(ObjectBurst, () => PostAsync("Documents/one", ("Data", "{}")));
    }

    [Fact]
    public async Task A_refusal_is_Twilios()
    {
        JsonElement document = await TestEmulator.JsonAsync(await GetAsync("Documents/one"));
        await TakesAsync(ObjectBurst, () => PostAsync("Documents/one", ("Data", "{}")));

        using HttpResponseMessage refusal = await PostAsync("Documents/one", ("Data", "{}"));
        refusal.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        refusal.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(1));
        refusal.Content.Headers.ContentType!.MediaType.Should().Be("application/json");
        JsonElement body = await TestEmulator.JsonAsync(refusal);
        body.Members().Should().BeEquivalentTo("code", "message", "more_info", "status");
        body.GetProperty("code").GetInt32().Should().Be(54009);
        body.GetProperty("status").GetInt32().Should().Be(429);
        body.Text("message").Should().Be($"Rate limit exceeded for write-document-{document.Text("sid")}");
        body.Text("more_info").Should().Be("https://www.twilio.com/docs/errors/54009");
    }

    [Fact]
    public async Task A_refused_write_changes_nothing()
    {
        await TakesAsync(ObjectBurst, () => PostAsync("Lists/one/Items", ("Data", "{}")));
        JsonElement page = await TestEmulator.JsonAsync(await GetAsync("Lists/one/Items?Order=desc&PageSize=1"));
        page.GetProperty("items")[0].GetProperty("index").GetInt32().Should().Be(ObjectBurst - 1);
    }

    [Fact]
    public async Task Writes_of_items_are_writes_of_their_list_or_map()
    {
        int key = 0;
        await TakesAsync(ObjectBurst - 1, () => PostAsync("Maps/one/Items", ("Key", $"{++key}"), ("Data", "{}")), mustEnd: false);
        await PassesAsync(PostAsync("Maps/one/Items/1", ("Data", "{}")));
        await RefusesAsync(PostAsync("Maps/one/Items/1", ("Data", "{}")));
        await RefusesAsync(PostAsync("Maps/one/Items/2", ("Data", "{}")));
        await RefusesAsync(sync.DeleteAsync(new Uri("Maps/one/Items/3", UriKind.Relative)));
        await RefusesAsync(PostAsync("Maps/one", ("Ttl", "60")));
        await PassesAsync(PostAsync("Lists/one/Items", ("Data", "{}")));
    }

    [Fact]
    public async Task Large_writes_count_for_more()
    {
        string tenKiB = Answers.DataOfSize(10 * 1024);
        await TakesAsync(20, () => PostAsync("Documents/one", ("Data", tenKiB)));
        string sixteenKiB = Answers.DataOfSize(16 * 1024);
        await TakesAsync(20, () => PostAsync("Documents/other", ("Data", sixteenKiB)));
        string oneKiB = Answers.DataOfSize(1024);
        await TakesAsync(ObjectBurst, () => PostAsync("Lists/one/Items", ("Data", oneKiB)));
    }

    [Fact]
    public async Task Reads_are_limited_for_themselves()
    {
        await TakesAsync(ObjectBurst - 1, () => GetAsync("Documents/one"), mustEnd: false);
        // Under its SID it is the same object.
        JsonElement document = await TestEmulator.JsonAsync(await GetAsync("Documents/one"));
        await RefusesAsync(GetAsync($"Documents/{document.Text("sid")}"));
        await PassesAsync(GetAsync("Documents/other"));
        await PassesAsync(PostAsync("Documents/one", ("Data", "{}")));

        await TakesAsync(ObjectBurst, () => GetAsync("Lists/one/Items"));
        time.Advance(TimeSpan.FromSeconds(10));
        await PassesAsync(GetAsync("Documents/one"));
        await PassesAsync(GetAsync("Lists/one/Items"));
    }

    [Fact]
    public async Task Creations_and_removals_are_limited_together_for_each_service()
    {
        string[] kinds = ["Documents", "Lists", "Maps", "Streams"];
        List<string> created = [];
        for (int i = 0; i < ObjectBurst / 2; i++)
        {
            string kind = kinds[i % kinds.Length];
            using HttpResponseMessage response = await PostAsync(kind);
            response.StatusCode.Should().Be(HttpStatusCode.Created);
            created.Add($"{kind}/{(await TestEmulator.JsonAsync(response)).Text("sid")}");
        }

        foreach (string path in created)
        {
            using HttpResponseMessage response = await sync.DeleteAsync(new Uri(path, UriKind.Relative));
            response.StatusCode.Should().Be(HttpStatusCode.NoContent);
        }

        await RefusesAsync(PostAsync("Streams"), "create-delete-IS");
        await RefusesAsync(sync.DeleteAsync(new Uri("Documents/one", UriKind.Relative)), "create-delete-IS");
        await PassesAsync(PostAsync("Documents/one", ("Data", "{}")));
        using HttpClient second = Client(app, ServicesFixture.SecondSid);
        using HttpResponseMessage elsewhere = await second.PostAsync(new Uri("Streams", UriKind.Relative), null);
        elsewhere.StatusCode.Should().Be(HttpStatusCode.Created);

        time.Advance(TimeSpan.FromMilliseconds(50));
        await PassesAsync(PostAsync("Streams"));
        await RefusesAsync(PostAsync("Streams"));
    }

    [Fact]
    public async Task Messages_are_limited_for_each_stream()
    {
        await TakesAsync(300, () => PostAsync("Streams/one/Messages", ("Data", "{}")));
        string threeKiB = Answers.DataOfSize(3 * 1024);
        await TakesAsync(70, () => PostAsync("Streams/other/Messages", ("Data", threeKiB)));
        time.Advance(TimeSpan.FromSeconds(1));
        await TakesAsync(7, () => PostAsync("Streams/other/Messages", ("Data", threeKiB)));
        await TakesAsync(30, () => PostAsync("Streams/one/Messages", ("Data", "{}")));
    }

    [Fact]
    public async Task Reads_and_writes_of_permissions_are_limited_together_for_each_object()
    {
        await TakesAsync(400, () => PostAsync("Documents/one/Permissions/alice", ("Read", "true")), mustEnd: false);
        await TakesAsync(400, () => GetAsync("Documents/one/Permissions/alice"), mustEnd: false);
        await RefusesAsync(GetAsync("Documents/one/Permissions"), "permission-ET");
        await RefusesAsync(PostAsync("Documents/one/Permissions/bob", ("Read", "true")), "permission-ET");
        await PassesAsync(PostAsync("Documents/other/Permissions/bob", ("Read", "true")));
        await PassesAsync(PostAsync("Documents/one", ("Data", "{}")));
        time.Advance(TimeSpan.FromSeconds(1));
        await TakesAsync(80, () => GetAsync("Documents/one/Permissions/alice"));
    }

    [Fact]
    public async Task A_throttled_function_responds_with_429()
    {
        await TakesAsync(ObjectBurst, () => PostAsync("Documents/one", ("Data", "{}")));
        using HttpResponseMessage response = await app.CallAsync("updateDocument", new { docName = "one", data = new { } });
        response.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(1));
        (await Problem.ReadAsync(response)).Should().BeEquivalentTo(new { Status = 429, Code = 54009 });

        time.Advance(TimeSpan.FromSeconds(1));
        await app.ResolveAsync("updateDocument", new { docName = "one", data = new { } });
    }

    [Fact]
    public async Task Nothing_is_limited_by_default()
    {
        await using TestApp unlimited = await TestApp.StartAsync(configure: services => services.AddSingleton<TimeProvider>(time));
        using HttpClient client = Client(unlimited, "default");
        (await client.PostAsync(new Uri("Documents", UriKind.Relative), Form(("UniqueName", "one")))).StatusCode.Should().Be(HttpStatusCode.Created);
        for (int i = 0; i < 2 * ObjectBurst; i++)
        {
            using HttpResponseMessage response = await client.PostAsync(new Uri("Documents/one", UriKind.Relative), Form(("Data", "{}")));
            response.StatusCode.Should().Be(HttpStatusCode.OK);
        }
    }

    private static HttpClient Client(TestApp app, string service)
    {
        HttpClient client = new() { BaseAddress = new Uri(app.Emulator.Url, $"/v1/Services/{service}/") };
        client.DefaultRequestHeaders.Authorization = TestEmulator.Basic("AC" + new string('0', 32), "0123456789abcdef0123456789abcdef");
        return client;
    }

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    private static async Task PassesAsync(Task<HttpResponseMessage> call)
    {
        using HttpResponseMessage response = await call;
        response.IsSuccessStatusCode.Should().BeTrue("it answered {0}", response.StatusCode);
    }

    private static async Task RefusesAsync(Task<HttpResponseMessage> call, string limit = "")
    {
        using HttpResponseMessage response = await call;
        response.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        (await TestEmulator.JsonAsync(response)).Text("message").Should().StartWith($"Rate limit exceeded for {limit}");
    }

    // So many calls pass at once, and not one more.
    private static async Task TakesAsync(int calls, Func<Task<HttpResponseMessage>> call, bool mustEnd = true)
    {
        for (int i = 1; i <= calls; i++)
        {
            using HttpResponseMessage response = await call();
            response.IsSuccessStatusCode.Should().BeTrue("call {0} of {1} answered {2}", i, calls, response.StatusCode);
        }

        if (mustEnd)
        {
            await RefusesAsync(call());
        }
    }

    private Task<HttpResponseMessage> GetAsync(string path) => sync.GetAsync(new Uri(path, UriKind.Relative));

    private Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] form) =>
        sync.PostAsync(new Uri(path, UriKind.Relative), Form(form));
}
