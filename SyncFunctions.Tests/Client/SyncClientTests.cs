using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

using SyncFunctions.Client;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Client;

/// <summary>The app's requests to Sync, and how it handles Sync's failures.</summary>
public sealed class SyncClientTests(FakeTwilio twilio) : IClassFixture<FakeTwilio>
{
    private const string Token = "0123456789abcdef0123456789abcdef";
    private static readonly object SomeDocument = new { docName = "d", data = new { a = 1 } };
    private static readonly object SomeListItem = new { listName = "l", data = new { a = 1 } };
    private static readonly object SomeMapItem = new { mapName = "m", key = "k", data = new { a = 1 } };

    private readonly TestApp app = twilio.App;

    /// <summary>Functions whose requests may be retried, with the body of the response.</summary>
    public static TheoryData<string, string> Repeatable => new()
    {
        { "getDocument", FakeTwilio.Document },
        { "searchDocument", FakeTwilio.Document },
        { "updateDocument", FakeTwilio.Document },
        { "removeDocument", "" },
        { "getListItems", FakeTwilio.Page(FakeTwilio.Item, null) },
        { "setMapItem", FakeTwilio.Item },
        { "getMapItem", FakeTwilio.Item },
        { "removeMapItem", "" },
    };

    /// <summary>Functions that add something, and must not add it twice.</summary>
    public static TheoryData<string, string> NotRepeatable => new()
    {
        { "addListItem", FakeTwilio.Item },
        { "createDocument", FakeTwilio.Document },
        { "createList", FakeTwilio.Document },
        { "createMap", FakeTwilio.Document },
    };

    public static TheoryData<string, string> All => [.. Repeatable, .. NotRepeatable];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Throttled_requests_are_retried(string function, string success)
    {
        twilio.AnswerFirst(429, success, ("Retry-After", "0"));

        await CallAsync(function).ResolvedAsync();

        twilio.Requests.Should().HaveCount(2);
        twilio.Requests[1].Should().BeEquivalentTo(twilio.Requests[0], options => options.Excluding(request => request.Headers));
    }

    [Fact]
    public async Task Throttled_requests_without_a_delay_are_retried_too()
    {
        twilio.AnswerFirst(429, FakeTwilio.Item);

        await CallAsync("addListItem").ResolvedAsync();

        twilio.Requests.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_Retry_After_date_in_the_past_is_no_delay()
    {
        twilio.AnswerFirst(429, FakeTwilio.Item, ("Retry-After", DateTimeOffset.UtcNow.AddHours(-1).ToString("R", CultureInfo.InvariantCulture)));

        await CallAsync("addListItem").ResolvedAsync();
    }

    [Fact]
    public async Task A_request_that_stays_throttled_is_refused_with_Twilios_code_and_a_delay()
    {
        twilio.Answer(429, FakeTwilio.Error(429, 54009), ("Retry-After", "0"));

        using HttpResponseMessage response = await CallAsync("addListItem");

        (await Problem.ReadAsync(response)).Should().BeEquivalentTo(new { Status = 429, Code = 54009, Detail = "What is wrong" });
        response.Headers.RetryAfter!.Delta.Should().BePositive();
        twilio.Requests.Should().HaveCount(4, "there are three retries");
    }

    [Theory]
    [InlineData("120", "120")]
    [InlineData("2147483647", "3600")]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", "3600")]
    public async Task A_delay_beyond_the_calls_time_is_passed_on_at_once_up_to_an_hour(string delay, string expected)
    {
        twilio.Answer(429, FakeTwilio.Error(429, 54009), ("Retry-After", delay));

        using HttpResponseMessage response = await CallAsync("getDocument");

        response.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        response.Headers.GetValues("Retry-After").Should().Equal(expected);
        twilio.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task A_date_beyond_the_calls_time_is_passed_on_as_a_delay()
    {
        twilio.Answer(429, FakeTwilio.Error(429, 54009), ("Retry-After", DateTimeOffset.UtcNow.AddHours(1).ToString("R", CultureInfo.InvariantCulture)));

        using HttpResponseMessage response = await CallAsync("getDocument");

        response.Headers.RetryAfter!.Delta.Should().BeGreaterThan(TimeSpan.FromMinutes(1)).And.BeLessThanOrEqualTo(TimeSpan.FromHours(1));
        twilio.Requests.Should().ContainSingle();
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("-5")]
    [InlineData("99999999999999999999")]
    public async Task A_delay_that_cannot_be_read_is_ignored(string delay)
    {
        twilio.AnswerFirst(429, FakeTwilio.Item, ("Retry-After", delay));

        await CallAsync("addListItem").ResolvedAsync();
    }

    [Theory]
    [MemberData(nameof(Repeatable))]
    public async Task Idempotent_requests_are_retried_when_Sync_fails(string function, string success)
    {
        foreach (int status in (int[])[500, 502, 503, 504])
        {
            twilio.AnswerFirst(status, success);

            await CallAsync(function).ResolvedAsync();

            twilio.Requests.Should().HaveCount(2);
            twilio.Requests[1].Should().BeEquivalentTo(twilio.Requests[0], options => options.Excluding(request => request.Headers));
        }
    }

    [Theory]
    [MemberData(nameof(NotRepeatable))]
    public async Task Additions_are_sent_once_when_Sync_fails(string function, string success)
    {
        foreach (int status in (int[])[500, 503])
        {
            twilio.AnswerFirst(status, success);

            (await CallAsync(function).FailedAsync()).Status.Should().Be(502);

            twilio.Requests.Should().ContainSingle();
        }
    }

    [Fact]
    public async Task A_lasting_failure_of_Sync_is_reported_with_its_code()
    {
        twilio.Answer(503, FakeTwilio.Error(503, 20503), ("Retry-After", "0"));

        (await CallAsync("getDocument").FailedAsync()).Should().BeEquivalentTo(new { Status = 502, Code = 20503 });

        twilio.Requests.Should().HaveCount(4);
    }

    [Fact]
    public async Task A_map_item_is_set_although_the_response_to_its_creation_was_lost()
    {
        twilio.Answer((context, count) => count switch
        {
            1 => FakeTwilio.SendAsync(context, 404, FakeTwilio.Error(404, 20404)),
            2 => CutAsync(context),
            3 => FakeTwilio.SendAsync(context, 409, FakeTwilio.Error(409, 54208)),
            _ => FakeTwilio.SendAsync(context, 200, FakeTwilio.Item),
        });

        (await CallAsync("setMapItem").ResolvedAsync()).Text("key").Should().Be("k");

        twilio.Requests.Select(request => request.Target).Should().Equal(
            Target("Maps/m/Items/k"), Target("Maps/m/Items"), Target("Maps/m/Items"), Target("Maps/m/Items/k"));
    }

    [Theory]
    [MemberData(nameof(Repeatable))]
    public async Task Idempotent_requests_are_retried_when_the_connection_is_cut(string function, string success)
    {
        await WarmAsync();
        twilio.Answer((context, count) => count == 1 ? CutAsync(context) : FakeTwilio.SendAsync(context, 200, success));

        await CallAsync(function).ResolvedAsync();

        twilio.Requests.Should().HaveCount(2);
    }

    [Theory]
    [MemberData(nameof(NotRepeatable))]
    public async Task Additions_are_sent_exactly_once_when_the_connection_is_cut(string function, string success)
    {
        await WarmAsync();
        twilio.Answer((context, count) => count == 1 ? CutAsync(context) : FakeTwilio.SendAsync(context, 201, success));

        (await CallAsync(function).FailedAsync()).Status.Should().Be(502);

        twilio.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task An_incomplete_response_counts_as_no_response()
    {
        twilio.Answer(async (context, _) =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("{\"sid\":");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });

        (await CallAsync("addListItem").FailedAsync()).Status.Should().Be(502);

        twilio.Requests.Should().ContainSingle();
    }

    [Theory]
    [InlineData("removeDocument", "deleted")]
    [InlineData("removeList", "deleted")]
    [InlineData("removeMapItem", "deleted.")]
    public async Task A_resource_that_is_missing_after_a_removal_without_a_response_was_removed_by_it(string function, string expected)
    {
        twilio.Answer((context, count) => count == 1 ? CutAsync(context) : FakeTwilio.SendAsync(context, 404, FakeTwilio.Error(404, 20404)));

        (await CallAsync(function).ResolvedAsync()).GetString().Should().Be(expected);
    }

    [Theory]
    [InlineData("removeDocument")]
    [InlineData("removeMapItem")]
    public async Task A_resource_that_was_missing_before_a_throttled_removal_is_not_found(string function)
    {
        twilio.Answer((context, count) => FakeTwilio.SendAsync(context, count == 1 ? 429 : 404, FakeTwilio.Error(404, 20404), ("Retry-After", "0")));

        (await CallAsync(function).FailedAsync()).Status.Should().Be(404);
    }

    [Fact]
    public async Task A_refused_connection_is_a_bad_gateway()
    {
        await using TestApp alone = await TestApp.StartAsync(
            TestApp.TwilioAt(new Uri($"http://127.0.0.1:{ClosedPort()}")),
            services => services.AddSingleton(new SyncClientOptions { BaseDelay = TimeSpan.FromMilliseconds(1), MaximumRetries = 1 }));

        foreach (string function in (string[])["getDocument", "updateDocument", "removeDocument", "addListItem", "createMap", "setMapItem"])
        {
            int before = alone.Sync.Count;
            (await CallAsync(function, alone).FailedAsync()).Should().BeEquivalentTo(new { Status = 502, Code = (int?)null });
            (alone.Sync.Count - before).Should().Be(2, "the request never left this machine, so it is retried");
        }

        using HttpResponseMessage health = await alone.SendAsync(HttpMethod.Get, "health");
        health.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        using JsonDocument report = JsonDocument.Parse(await health.Content.ReadAsStringAsync());
        report.RootElement.Text("status").Should().Be("unhealthy");
        report.RootElement.Text("backend").Should().Be("twilio");
    }

    [Fact]
    public async Task A_Sync_that_does_not_answer_in_time_is_a_gateway_timeout()
    {
        twilio.Answer((context, _) => SilenceAsync(context));
        Dictionary<string, string?> settings = TestApp.TwilioAt(twilio.Url);
        settings["Sync:AttemptTimeout"] = "0.2";
        settings["Sync:TotalTimeout"] = "1";
        await using TestApp hurried = await TestApp.StartAsync(settings);

        (await CallAsync("addListItem", hurried).FailedAsync()).Should().BeEquivalentTo(new { Status = 504, Code = (int?)null });
        twilio.Requests.Count.Should().BeLessThanOrEqualTo(1, "it may have arrived");
        (await CallAsync("getDocument", hurried).FailedAsync()).Status.Should().Be(504);
    }

    [Fact]
    public async Task One_attempt_without_an_answer_is_followed_by_another()
    {
        twilio.Answer((context, count) => count == 1 ? SilenceAsync(context) : FakeTwilio.SendAsync(context, 200, FakeTwilio.Document));
        Dictionary<string, string?> settings = TestApp.TwilioAt(twilio.Url);
        settings["Sync:AttemptTimeout"] = "2";
        settings["Sync:TotalTimeout"] = "600";
        await using TestApp hurried = await TestApp.StartAsync(settings);

        (await CallAsync("getDocument", hurried).ResolvedAsync()).Text("revision").Should().Be("7");
    }

    [Theory]
    [InlineData(401, 20003)]
    [InlineData(403, 20403)]
    public async Task Credentials_that_Twilio_refuses_are_the_apps_fault_and_stay_unknown(int status, int code)
    {
        string body = $$"""{"code":{{code}},"message":"AC00000000000000000000000000000000 may not, nor {{Token}}","more_info":"https://www.twilio.com/docs/errors/{{code}}","status":{{status}}}""";
        twilio.Answer(status, body, ("WWW-Authenticate", "Basic realm=\"Twilio API\""));

        using HttpResponseMessage response = await CallAsync("getDocument");

        (await Problem.ReadAsync(response)).Should().BeEquivalentTo(new { Status = 502, Code = code });
        string answer = $"{response.Headers}{await response.Content.ReadAsStringAsync()}";
        answer.Should().NotContainAny("AC00000000000000000000000000000000", Token, Convert.ToBase64String(Encoding.UTF8.GetBytes(Token)), "Basic");
        twilio.Requests.Should().ContainSingle();

        using HttpResponseMessage health = await app.SendAsync(HttpMethod.Get, "health");
        (await health.Content.ReadAsStringAsync()).Should().NotContainAny("AC0000", Token);
    }

    [Theory]
    [InlineData(400, 54008, 400)]
    [InlineData(404, 20404, 404)]
    [InlineData(405, 20004, 502)]
    [InlineData(409, 54301, 409)]
    [InlineData(412, 54103, 412)]
    [InlineData(413, 54006, 413)]
    [InlineData(422, 20422, 400)]
    [InlineData(501, 20501, 502)]
    public async Task A_refusal_of_Sync_is_passed_on_with_its_code_and_page(int status, int code, int expected)
    {
        twilio.Answer(status, FakeTwilio.Error(status, code));

        using HttpResponseMessage response = await CallAsync("createDocument");

        using JsonDocument problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        ((int)response.StatusCode).Should().Be(expected);
        problem.RootElement.GetProperty("status").GetInt32().Should().Be(expected);
        problem.RootElement.GetProperty("code").GetInt32().Should().Be(code);
        problem.RootElement.Text("moreInfo").Should().Be($"https://www.twilio.com/docs/errors/{code}");
        problem.RootElement.Text("detail").Should().Be("What is wrong");
        twilio.Requests.Should().ContainSingle();
    }

    [Theory]
    [InlineData("<html><body>Bad gateway</body></html>")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("""{"code":"x","message":5}""")]
    [InlineData("""{"code":99999999999,"message":{}}""")]
    [InlineData("{}")]
    [InlineData("\u0000\u0001")]
    public async Task A_refusal_that_is_not_Syncs_own_keeps_its_status(string body)
    {
        twilio.Answer(404, body);

        Problem problem = await CallAsync("getDocument").FailedAsync();

        problem.Status.Should().Be(404);
        problem.Code.Should().BeNull();
        problem.Detail.Should().NotContainAny("html", "text");
    }

    [Theory]
    [InlineData("<html><body>Welcome to our hotel's network</body></html>")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{")]
    [InlineData("""{"sid":5}""")]
    [InlineData("""{"items":5,"meta":{}}""")]
    [InlineData("""{"items":[5],"meta":{"next_page_url":null}}""")]
    [InlineData("""{"items":[],"meta":5}""")]
    [InlineData("""{"items":[],"meta":{"next_page_url":5}}""")]
    public async Task A_success_that_cannot_be_read_is_a_bad_gateway(string body)
    {
        foreach (string function in (string[])["getDocument", "getListItems", "addListItem"])
        {
            // As one resource, the pages' bodies are objects of other fields.
            if (function == "getListItems" || !body.StartsWith("{\"items", StringComparison.Ordinal))
            {
                twilio.Answer(200, body);

                (await CallAsync(function).FailedAsync()).Should().BeEquivalentTo(new { Status = 502, Code = (int?)null });
                twilio.Requests.Should().ContainSingle();
            }
        }
    }

    [Fact]
    public async Task A_success_without_a_resource_in_it_is_a_bad_gateway()
    {
        twilio.Answer(200, "{}");

        (await CallAsync("getDocument").FailedAsync()).Status.Should().Be(502);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirection_is_not_followed(int status)
    {
        await using FakeSync elsewhere = await FakeSync.StartAsync((context, _) => FakeSync.AnswerAsync(context, 200, FakeTwilio.Document));
        twilio.Answer(status, "", ("Location", $"{elsewhere.Url}v1/x"));

        (await CallAsync("getDocument").FailedAsync()).Status.Should().Be(502);
        (await CallAsync("addListItem").FailedAsync()).Status.Should().Be(502);

        elsewhere.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task The_next_page_is_requested_at_the_configured_address_whatever_its_URL()
    {
        await using FakeSync elsewhere = await FakeSync.StartAsync((context, _) => FakeSync.AnswerAsync(context, 200, FakeTwilio.Page(FakeTwilio.Item, null)));
        twilio.Answer((context, count) => FakeTwilio.SendAsync(
            context,
            200,
            FakeTwilio.Page(FakeTwilio.Item, count == 1 ? $"{elsewhere.Url}v1/Services/x/Lists/l/Items?PageSize=100&PageToken=PT%2Bnext%26&Page=1" : null)));

        (await CallAsync("getListItems").ResolvedAsync()).GetArrayLength().Should().Be(2);

        elsewhere.Requests.Should().BeEmpty();
        twilio.Requests.Select(request => request.Target).Should().Equal(
            Target("Lists/l/Items?PageSize=100"), Target("Lists/l/Items?PageSize=100&PageToken=PT%2Bnext%26"));
    }

    [Theory]
    [InlineData(408, 504)]
    [InlineData(425, 502)]
    public async Task A_request_that_Sync_did_not_accept_is_retried_and_is_not_the_callers_fault(int status, int expected)
    {
        twilio.AnswerFirst(status, FakeTwilio.Document);
        await CallAsync("getDocument").ResolvedAsync();
        twilio.Requests.Should().HaveCount(2);

        twilio.Answer(status, FakeTwilio.Error(status, 20000 + status));
        (await CallAsync("addListItem").FailedAsync()).Status.Should().Be(expected);
        twilio.Requests.Should().ContainSingle("it may have arrived");
    }

    [Fact]
    public async Task Retries_are_spread_even_if_Sync_requests_no_delay()
    {
        FakeTimeProvider time = new();
        await using TestApp app = await TestApp.StartAsync(
            TestApp.TwilioAt(twilio.Url),
            services => services.AddSingleton<TimeProvider>(time).AddSingleton(new SyncClientOptions { BaseDelay = TimeSpan.FromSeconds(10) }));
        foreach (string function in (string[])["getDocument", "addListItem"])
        {
            twilio.AnswerFirst(429, function == "getDocument" ? FakeTwilio.Document : FakeTwilio.Item, ("Retry-After", "0"));
            Task<JsonElement> call = CallAsync(function, app).ResolvedAsync();
            await Task.Delay(300, CancellationToken.None);
            twilio.Requests.Should().ContainSingle("the clock stands still, and so does the call");

            while (!call.IsCompleted)
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                await Task.Delay(5, CancellationToken.None);
            }

            await call;
            twilio.Requests.Should().HaveCount(2);
        }
    }

    [Fact]
    public async Task A_message_of_any_length_is_passed_on_as_a_sentence()
    {
        twilio.Answer(400, $$"""{"code":20001,"message":"{{new string('m', 100_000)}}","more_info":"javascript:alert(1)","status":400}""");

        using HttpResponseMessage response = await CallAsync("getDocument");

        string body = await response.Content.ReadAsStringAsync();
        body.Length.Should().BeLessThan(1000);
        body.Should().Contain("mmm…").And.NotContain("javascript");
    }

    [Fact]
    public async Task An_answer_with_a_byte_order_mark_is_read()
    {
        twilio.Answer(200, "\uFEFF" + FakeTwilio.Document);

        (await CallAsync("getDocument").ResolvedAsync()).Text("revision").Should().Be("7");
    }

    [Fact]
    public async Task Writers_that_are_throttled_together_all_succeed_in_their_turn()
    {
        const int Writers = 300;
        await using TestApp throttled = await TestApp.StartAsync(new Dictionary<string, string?> { ["Emulator:EnforceRateLimits"] = "true" });
        await throttled.ResolveAsync("createList", new { listName = "l" });

        // Sync takes 200 writes at once, and then 20 a second.
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(n => throttled.ResolveAsync("addListItem", new { listName = "l", data = new { n } })));

        throttled.Sync.Count.Should().BeLessThan(2 * Writers + 50, "each is throttled about once, and then waits");
        JsonElement[] items = [.. (await throttled.ResolveAsync("getListItems", new { listName = "l" })).EnumerateArray()];
        items.Select(item => item.GetProperty("data").GetProperty("n").GetInt32()).Should().BeEquivalentTo(Enumerable.Range(0, Writers));
    }

    [Fact]
    public async Task While_one_object_is_throttled_the_others_are_written()
    {
        twilio.Answer((context, _) => context.Request.Path.Value!.Contains("/Lists/l/", StringComparison.Ordinal)
            ? FakeTwilio.SendAsync(context, 429, FakeTwilio.Error(429, 54009), ("Retry-After", "3"))
            : FakeTwilio.SendAsync(context, 200, FakeTwilio.Item));
        Task<HttpResponseMessage>[] throttled = [.. Enumerable.Range(0, 5).Select(_ => CallAsync("addListItem"))];

        await app.ResolveAsync("setMapItem", new { mapName = "l", key = "k", data = new { } }).WaitAsync(TimeSpan.FromSeconds(10));
        await app.ResolveAsync("addListItem", new { listName = "other", data = new { } }).WaitAsync(TimeSpan.FromSeconds(10));

        throttled.Should().OnlyContain(call => !call.IsCompletedSuccessfully || call.Result.StatusCode == HttpStatusCode.TooManyRequests);
        twilio.Answer(200, FakeTwilio.Item);
        foreach (Task<HttpResponseMessage> call in throttled)
        {
            using HttpResponseMessage response = await call;
            response.StatusCode.Should().BeOneOf(HttpStatusCode.OK, HttpStatusCode.TooManyRequests);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Pages_that_repeat_are_a_bad_gateway(int length)
    {
        twilio.Answer((context, count) => FakeTwilio.SendAsync(
            context, 200, FakeTwilio.Page(FakeTwilio.Item, $"{twilio.Url}v1/x?PageToken=PT{count % length}")));

        Problem problem = await CallAsync("getListItems").FailedAsync();

        problem.Should().BeEquivalentTo(new { Status = 502, Detail = "A page of Sync refers to one that was already read." });
        twilio.Requests.Should().HaveCount(length + 1);
    }

    [Theory]
    [InlineData("getDocument", 1)]
    [InlineData("addListItem", 1)]
    [InlineData("getListItems", 16)]
    public async Task An_answer_that_is_too_large_is_a_bad_gateway_at_once(string function, int mebibytes)
    {
        twilio.Answer(200, new string(' ', (mebibytes * 1024 * 1024) + 1));

        Problem problem = await CallAsync(function).FailedAsync();

        problem.Should().BeEquivalentTo(new { Status = 502, Detail = $"Sync's answer is larger than {mebibytes} MiB." });
        twilio.Requests.Should().ContainSingle("it would be no smaller the next time");
    }

    [Fact]
    public async Task A_caller_that_disconnects_cancels_the_request_to_Sync()
    {
        TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        twilio.Answer(async (context, _) =>
        {
            context.RequestAborted.Register(aborted.SetResult);
            arrived.SetResult();
            await SilenceAsync(context);
        });
        using CancellationTokenSource leaving = new();
        using StringContent body = new("""{"docName":"d"}""", MediaTypeHeaderValue.Parse("application/json"));

        Task<HttpResponseMessage> call = app.Http.PostAsync(new Uri("getDocument", UriKind.Relative), body, leaving.Token);
        await arrived.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await leaving.CancelAsync();

        await aborted.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await call.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        twilio.Requests.Should().ContainSingle("the caller does not wait for another attempt");
    }

    [Fact]
    public async Task Requests_have_the_credentials_and_accept_JSON()
    {
        twilio.Answer(200, FakeTwilio.Document);

        await CallAsync("getDocument").ResolvedAsync();

        ReceivedRequest request = twilio.Requests.Single();
        request.Headers.Authorization.ToString().Should().Be(TestEmulator.Basic("AC" + new string('0', 32), Token).ToString());
        request.Headers.Accept.ToString().Should().Be("application/json");
    }

    [Fact]
    public async Task An_API_key_is_sent_as_the_credentials()
    {
        twilio.Answer(200, FakeTwilio.Document);
        Dictionary<string, string?> settings = TestApp.TwilioAt(twilio.Url);
        settings["Twilio:ApiKeySid"] = "SK" + new string('1', 32);
        settings["Twilio:ApiKeySecret"] = "sécret:with colon";
        await using TestApp keyed = await TestApp.StartAsync(settings);

        await CallAsync("getDocument", keyed).ResolvedAsync();

        twilio.Requests.Single().Headers.Authorization.ToString().Should().Be(TestEmulator.Basic("SK" + new string('1', 32), "sécret:with colon").ToString());
    }

    [Fact]
    public async Task If_Match_is_sent_bare()
    {
        twilio.Answer(200, FakeTwilio.Document);

        await app.CallAsync("updateDocument", new { docName = "d", data = new { }, ifMatch = "\"7\"" });
        await app.CallAsync("updateDocument", new { docName = "d", data = new { }, ifMatch = "*" });
        await app.CallAsync("removeMapItem", new { mapName = "m", key = "k", ifMatch = "7a" });

        twilio.Requests.Select(request => request.Headers.IfMatch.ToString()).Should().Equal("7", "", "7a");
    }

    [Fact]
    public async Task Every_segment_of_a_path_is_escaped_as_a_whole()
    {
        twilio.Answer(200, FakeTwilio.Item);
        foreach (string segment in (string[])["a/b?c#d", "../../x", "..a", "%2F", "a+b c", "é😀", @"\", "a:b@c", "!*'();&=,[]$"])
        {
            twilio.Answer(200, FakeTwilio.Item);

            await app.ResolveAsync("setMapItem", new { mapName = segment, key = segment, data = new { } });

            string escaped = Uri.EscapeDataString(segment);
            twilio.Requests.Single().Target.Should().Be(Target($"Maps/{escaped}/Items/{escaped}"));
        }
    }

    [Fact]
    public async Task Parameters_are_sent_as_a_form()
    {
        twilio.Answer(201, FakeTwilio.Document);
        const string Data = """{ "a" : "é+&=%\u0041 b" }""";

        await app.PostJsonAsync("createDocument", $$"""{"docName":"a b&c","data":{{Data}},"ttl":60}""").ResolvedAsync();
        await app.PostJsonAsync("createDocument", $$"""{"docName":"a b&c","data":{{Data}} }""").ResolvedAsync();
        await app.PostJsonAsync("updateDocument", $$"""{"docName":"d","data":{{Data}} }""").ResolvedAsync();
        await app.PostJsonAsync("updateDocument", $$"""{"docName":"d","data":{{Data}},"ttl":"keep"}""").ResolvedAsync();

        twilio.Requests.Should().OnlyContain(request => request.Method == "POST" && request.Headers.ContentType.ToString() == "application/x-www-form-urlencoded");
        twilio.Requests.Select(request => Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(request.Body).ToDictionary(field => field.Key, field => field.Value.ToString()))
            .Should().BeEquivalentTo(
                (Dictionary<string, string>[])
                [
                    new() { ["UniqueName"] = "a b&c", ["Data"] = Data, ["Ttl"] = "60" },
                    new() { ["UniqueName"] = "a b&c", ["Data"] = Data },
                    new() { ["Data"] = Data, ["Ttl"] = "0" },
                    new() { ["Data"] = Data },
                ],
                options => options.WithStrictOrdering());
    }

    [Fact]
    public async Task A_call_goes_to_the_service_that_it_names()
    {
        twilio.Answer(200, FakeTwilio.Document);
        Dictionary<string, string?> settings = TestApp.TwilioAt(twilio.Url);
        settings["Sync:Services:other:ServiceSid"] = "IS" + new string('1', 32);
        await using TestApp two = await TestApp.StartAsync(settings);

        await two.ResolveAsync("getDocument", new { docName = "d" });
        await two.ResolveAsync("getDocument", new { docName = "d", service = "Other" });
        await two.QueryAsync(HttpMethod.Get, "getDocument", ("docName", "d"), ("SERVICE", "other")).ResolvedAsync();

        twilio.Requests.Select(request => request.Target).Should().Equal(
            Target("Documents/d"), $"/v1/Services/IS{new string('1', 32)}/Documents/d", $"/v1/Services/IS{new string('1', 32)}/Documents/d");
    }

    [Theory]
    [InlineData("\"a\\rb\"")]
    [InlineData("\"a\\nX-Injected: 1\"")]
    [InlineData("\"\\r\\n\"")]
    [InlineData("\"\\u0000\"")]
    [InlineData("\"\\u007f\"")]
    [InlineData("\"é\"")]
    [InlineData("\"\\ud83d\\ude00\"")]
    [InlineData("\"\\ud83d\"")]
    [InlineData("\"\\\"\"")]
    [InlineData("\"a b\"")]
    [InlineData("5")]
    [InlineData("{}")]
    public async Task A_revision_that_no_header_can_have_is_an_answer_that_cannot_be_read(string revision)
    {
        foreach (string function in (string[])["getDocument", "updateDocument", "patchDocument", "setMapItem", "getMapItem", "addListItem", "getListItems"])
        {
            string resource = function.Contains("Document", StringComparison.Ordinal) ? FakeTwilio.Document : FakeTwilio.Item;
            string body = resource.Replace("\"revision\":\"7\"", $"\"revision\":{revision}", StringComparison.Ordinal);
            twilio.Answer(200, function == "getListItems" ? FakeTwilio.Page(body, null) : body);

            Problem problem = await (function == "patchDocument"
                ? app.CallAsync(function, new { docName = "d", patch = new { a = 2 } })
                : CallAsync(function)).FailedAsync();

            problem.Should().BeEquivalentTo(new { Status = 502, Detail = "Sync's answer could not be read." }, function);
        }
    }

    [Theory]
    [InlineData("7")]
    [InlineData("0a-b_c.d:e/f+g=~!")]
    public async Task A_revision_is_the_ETag_as_it_is(string revision)
    {
        twilio.Answer(200, FakeTwilio.Document.Replace("\"revision\":\"7\"", $"\"revision\":\"{revision}\"", StringComparison.Ordinal));

        using HttpResponseMessage response = await CallAsync("getDocument");

        response.Headers.ETag!.ToString().Should().Be($"\"{revision}\"");
    }

    private Task<HttpResponseMessage> CallAsync(string function, TestApp? other = null) => (other ?? app).CallAsync(
        function,
        function switch
        {
            _ when function.EndsWith("Document", StringComparison.Ordinal) => SomeDocument,
            _ when function.Contains("Map", StringComparison.Ordinal) => SomeMapItem,
            _ => SomeListItem,
        });

    // So that the next request uses an existing connection, on which the framework would resend a request automatically.
    private async Task WarmAsync()
    {
        twilio.Answer(200, FakeTwilio.Document);
        await CallAsync("getDocument").ResolvedAsync();
    }

    private static string Target(string path) => $"/v1/Services/IS{new string('0', 32)}/{path}";

    private static Task CutAsync(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    private static async Task SilenceAsync(HttpContext context)
    {
        TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    private static int ClosedPort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
