using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Inspection;

/// <summary>What the emulator shows of requests, events and connections, by HTTP.</summary>
public sealed class InspectionTests : IAsyncLifetime
{
    // Some clients send every value as an array of one.
    private static readonly string[] FivePerPage = ["5"];

    private TestEmulator emulator = null!;
    private InspectionClient inspection = null!;

    public static TheoryData<string, string, string> BadParameters => new()
    {
        { "GET", "requests?pageSize=0", "pageSize" },
        { "GET", "requests?pageSize=101", "pageSize" },
        { "GET", "requests?pageSize=x", "pageSize" },
        { "GET", "requests?before=0", "before" },
        { "GET", "requests?before=9223372036854775808", "before" },
        { "GET", "requests?after=-1", "after" },
        { "GET", "requests?status=4", "status" },
        { "GET", "requests?status=4x", "status" },
        { "GET", "requests?status=404%20", "status" },
        { "GET", "requests?status=999", "status" },
        { "GET", "requests?status=none", "status" },
        { "GET", "requests?via=REST", "via" },
        { "GET", "requests?method=get", "method" },
        { "GET", "events?type=document", "type" },
        { "GET", "events?service=nowhere", "service" },
        { "GET", "deliveries?status=ok", "status" },
        { "POST", "tokens", "identity" },
        { "POST", "tokens?identity=alice", "identity" },
        { "POST", $"tokens+identity={new string('i', 257)}", "identity" },
        { "POST", "tokens+identity=alice&ttl=0", "ttl" },
        { "POST", "tokens+identity=alice&ttl=86401", "ttl" },
        { "POST", "tokens+identity=alice&ttl=1.5", "ttl" },
        { "POST", "tokens+identity=alice&service=nowhere", "service" },
    };

    public async ValueTask InitializeAsync()
    {
        emulator = await TestEmulator.StartAsync();
        inspection = new InspectionClient(emulator);
    }

    public ValueTask DisposeAsync() => emulator.DisposeAsync();

    [Fact]
    public async Task A_rest_request_is_shown_with_its_form_and_without_its_credentials()
    {
        const string Data = """{"text":"<b>ü</b>","n":1e400}""";
        await emulator.PostAsync("Documents", ("UniqueName", "a/b"), ("Data", Data), ("Ttl", "60"));

        JsonElement[] items = await inspection.ItemsAsync("requests");

        JsonElement request = items.Should().ContainSingle().Subject;
        request.GetProperty("id").GetInt64().Should().Be(1);
        request.Text("via").Should().Be("rest");
        request.Text("method").Should().Be("POST");
        request.Text("path").Should().Be($"/v1/Services/{emulator.Options.ServiceSid}/Documents");
        request.GetProperty("form").EnumerateObject().Select(field => (field.Name, field.Value.GetString())).Should().Equal(
            ("UniqueName", "a/b"), ("Data", Data), ("Ttl", "60"));
        request.GetProperty("isCut").GetBoolean().Should().BeFalse();
        request.GetProperty("status").GetInt32().Should().Be(201);
        request.GetProperty("code").ValueKind.Should().Be(JsonValueKind.Null);
        request.Text("caller").Should().Be(emulator.Options.AccountSid);
        request.GetProperty("duration").GetDouble().Should().BeGreaterThanOrEqualTo(0);
        request.GetProperty("responseSize").GetInt32().Should().BeGreaterThan(100);
        request.GetProperty("time").GetDateTime().Should().BeCloseTo(DateTime.UtcNow, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task No_credentials_and_no_token_are_kept()
    {
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        await client.RequestAsync("POST", "/v4/Documents", new { unique_name = "d", data = new { } });
        using HttpClient stranger = new() { BaseAddress = emulator.Http.BaseAddress };
        stranger.DefaultRequestHeaders.Authorization = TestEmulator.Basic("a-strange-user", "a-strange-password");
        await stranger.GetAsync(new Uri("Documents/d", UriKind.Relative));
        await emulator.Http.GetAsync(new Uri("Documents/d", UriKind.Relative));
        SyncAnswer token = await inspection.SendAsync(HttpMethod.Post, "tokens", ("identity", "bob"));

        JsonElement[] items = await inspection.ItemsAsync("requests");

        items.Select(item => (item.Text("method"), item.GetProperty("status").GetInt32(), item.GetProperty("caller").GetString())).Should().Equal(
            ("GET", 200, emulator.Options.AccountSid), ("GET", 401, null), ("POST", 201, "alice"), ("init", 200, "alice"));
        string shown = string.Concat(items.Select(item => item.GetRawText())) + (await inspection.GetAsync("connections")).GetRawText();
        shown.Should().NotContainAny(
            "eyJ", "Basic", "a-strange", emulator.Options.AuthToken, emulator.Options.ApiKeySecret, token.Body.Text("token"),
            Convert.ToBase64String("a-strange-user:a-strange-password"u8));
    }

    [Fact]
    public async Task A_refusal_is_shown_with_its_code_and_text()
    {
        await emulator.PostAsync("Documents", ("UniqueName", "d"));
        await emulator.PostAsync("Documents", ("UniqueName", "d"));
        using HttpRequestMessage update = new(HttpMethod.Post, "Documents/d")
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("Data", "{}")]),
            Headers = { IfMatch = { new EntityTagHeaderValue("\"7\"") } },
        };
        await emulator.Http.SendAsync(update);

        JsonElement[] items = await inspection.ItemsAsync("requests?status=4xx&method=POST");

        items.Select(item => (item.GetProperty("status").GetInt32(), item.GetProperty("code").GetInt32(), item.Text("message"))).Should().Equal(
            (412, 54103, "The revision of the Document does not match the expected revision"), (409, 54301, "Unique name already exists"));
        items[0].Text("ifMatch").Should().Be("\"7\"");
    }

    [Fact]
    public async Task A_realtime_request_is_shown_with_its_body()
    {
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        await client.RequestAsync("POST", "/v4/Documents", new { unique_name = "d", data = new { n = 1 } });
        await client.RequestAsync("POST", "/v4/Documents/d", new { data = new { n = 2 } }, new() { ["If-Match"] = "9" });
        await client.RequestAsync("GET", "/v4/Maps/nowhere/Items", parameters: new() { ["PageSize"] = FivePerPage, ["Order"] = "asc" });

        JsonElement[] items = await inspection.ItemsAsync("requests?via=realtime&path=/V4/");

        items.Select(item => (item.Text("method"), item.Text("path"), item.GetProperty("status").GetInt32(), item.GetProperty("code").ToString())).Should().Equal(
            ("GET", "/v4/Maps/nowhere/Items?PageSize=5&Order=asc", 404, "54300"), ("POST", "/v4/Documents/d", 412, "54103"), ("POST", "/v4/Documents", 201, ""));
        items[1].Text("ifMatch").Should().Be("9");
        items[1].Text("body").Should().Be("""{"data":{"n":2}}""");
        items.Should().OnlyContain(item => item.Text("caller") == "alice" && item.GetProperty("form").ValueKind == JsonValueKind.Null);
    }

    [Fact]
    public async Task A_token_that_is_refused_is_shown_with_the_reason()
    {
        using TwilsockClient client = await TwilsockClient.ConnectAsync(emulator);
        await client.InitAsync(TwilsockClient.Sign(emulator.Options, """{"exp":1}"""));

        JsonElement[] items = await inspection.ItemsAsync("requests");

        items.Should().ContainSingle().Which.Should().Match<JsonElement>(item => item.Text("method") == "init"
            && item.GetProperty("status").GetInt32() == 401 && item.GetProperty("code").GetInt32() == 20103);
    }

    [Fact]
    public async Task A_long_form_is_cut()
    {
        await emulator.PostAsync("Documents", ("UniqueName", "d"), ("Data", new string('x', 100_000)), ("Ttl", "1"));
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        await client.RequestAsync("POST", "/v4/Documents", new { data = new { text = new string('x', 100_000) } });

        JsonElement[] items = await inspection.ItemsAsync("requests");

        items[0].Text("body").Should().HaveLength(20 * 1024);
        items[2].GetProperty("form").Members().Should().Equal("UniqueName", "Data");
        items[2].GetProperty("form").Text("Data").Length.Should().BeInRange(16 * 1024, 20 * 1024);
        items.Select(item => item.GetProperty("isCut").GetBoolean()).Should().Equal(true, false, true);
    }

    [Fact]
    public async Task Inspection_requests_are_not_recorded()
    {
        await inspection.GetAsync("requests");
        await inspection.GetAsync("events");

        JsonElement page = await inspection.GetAsync("requests");

        page.GetRawText().Should().Be("""{"items":[],"first":null,"last":0}""");
    }

    [Fact]
    public async Task Requests_are_followed_and_paged()
    {
        for (int i = 0; i < 5; i++)
        {
            await emulator.Http.GetAsync(new Uri($"Documents/d{i}", UriKind.Relative));
        }

        JsonElement newest = await inspection.GetAsync("requests?pageSize=2");
        JsonElement older = await inspection.GetAsync($"requests?pageSize=2&before={newest.GetProperty("first")}");
        JsonElement following = await inspection.GetAsync("requests?pageSize=2&after=1");
        JsonElement filtered = await inspection.GetAsync("requests?path=D3&status=404");

        Ids(newest).Should().Equal(5, 4);
        Ids(older).Should().Equal(3, 2);
        Ids(following).Should().Equal(3, 2);
        following.GetProperty("last").GetInt64().Should().Be(3);
        Ids(filtered).Should().Equal(4);

        static IEnumerable<long> Ids(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetInt64());
    }

    [Fact]
    public async Task Events_are_shown_as_clients_are_told_them()
    {
        SyncAnswer map = await SyncAnswer.ReadAsync(await emulator.PostAsync("Maps", ("UniqueName", "Team")));
        await emulator.PostAsync("Maps/Team/Items", ("Key", "k"), ("Data", """{"n":1.50}"""));
        await emulator.PostAsync("Lists", ("UniqueName", "log"));
        await emulator.PostAsync("Lists/log/Items", ("Data", """{"a":1}"""));
        await emulator.PostAsync("Streams", ("UniqueName", "s"));
        await emulator.PostAsync("Streams/s/Messages", ("Data", "{}"));
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        await client.RequestAsync("POST", "/v4/Documents", new { unique_name = "d", data = new { } });

        JsonElement[] items = await inspection.ItemsAsync("events", events => events.Length == 7);

        items.Reverse().Select(item => item.Text("type")).Should().Equal(
            "map_created", "map_item_added", "list_created", "list_item_added", "stream_created", "stream_message_published", "document_created");
        items[5].GetRawText().Should().MatchRegex("""^\{"id":2,"time":"[^"]+","serviceSid":"IS0{32}","type":"map_item_added","objectKind":"map","objectSid":""" + $"\"{map.Sid}\""
            + """,("uniqueName":"Team","index":null,"key":"k","messageSid":null,"revision":"0","author":"system","endpointId":null,"data":\{"n":1\.50\}\})$""");
        items[3].GetProperty("index").GetInt64().Should().Be(0);
        items[1].Text("messageSid").Should().StartWith("TZ");
        items[0].Text("author").Should().Be("alice");
        items[0].Text("endpointId").Should().Be((await inspection.ItemsAsync("connections"))[0].Text("id"));
    }

    [Fact]
    public async Task Events_are_filtered()
    {
        string other = (await SyncAnswer.ReadAsync(await emulator.PostAsync("/v1/Services", ("FriendlyName", "other")))).Sid;
        await emulator.PostAsync($"/v1/Services/{other}/Documents", ("UniqueName", "Elsewhere"));
        SyncAnswer here = await SyncAnswer.ReadAsync(await emulator.PostAsync("Documents", ("UniqueName", "here")));
        await emulator.PostAsync("Documents/here", ("Data", "{}"));
        await inspection.ItemsAsync("events", events => events.Length == 3);

        (await Names($"events?service={other}")).Should().Equal("Elsewhere");
        (await Names("events?service=default&type=document_updated")).Should().Equal("here");
        (await Names("events?object=SEWH")).Should().Equal("Elsewhere");
        (await Names($"events?object={here.Sid}&type=document_created")).Should().Equal("here");

        await emulator.Http.DeleteAsync(new Uri($"/v1/Services/{other}", UriKind.Relative));
        JsonElement[] gone = await inspection.ItemsAsync("events?object=elsewhere");
        gone[^1].GetProperty("serviceSid").ValueKind.Should().Be(JsonValueKind.Null, "the service is gone");

        async Task<IEnumerable<string>> Names(string path) => (await inspection.ItemsAsync(path)).Select(item => item.Text("uniqueName"));
    }

    [Fact]
    public async Task A_connection_is_shown_with_its_subscriptions_and_dropped()
    {
        string sid = (await SyncAnswer.ReadAsync(await emulator.PostAsync("Maps", ("UniqueName", "m")))).Sid;
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        await client.SubscribeAsync(1, [sid], "map");
        await client.EventAsync("subscription_established");
        using TwilsockClient silent = await TwilsockClient.ConnectAsync(emulator);

        JsonElement[] items = await inspection.ItemsAsync("connections");

        items.Should().HaveCount(2);
        JsonElement connection = items.Single(item => item.GetProperty("identity").GetString() == "alice");
        connection.Text("serviceSid").Should().Be(emulator.Options.ServiceSid);
        connection.Text("remoteAddress").Should().StartWith("127.0.0.1:");
        connection.GetProperty("tokenExpires").GetDateTime().Should().BeCloseTo(DateTime.UtcNow.AddHours(1), TimeSpan.FromMinutes(1));
        connection.GetProperty("subscriptions").GetRawText().Should().Be($$"""[{"kind":"map","sid":"{{sid}}","uniqueName":"m","query":null}]""");
        connection.GetProperty("subscriptionCount").GetInt32().Should().Be(1);
        connection.GetProperty("sentBytes").GetInt64().Should().BePositive();

        (await inspection.SendAsync(HttpMethod.Delete, $"connections/{connection.Text("id")}")).ShouldBe(204);
        (await client.ReceiveAsync()).Should().BeNull();
        client.State.Should().Be(WebSocketState.CloseReceived, "it is closed, and not cut off");
        await inspection.ItemsAsync("connections", left => left.Length == 1);
        (await inspection.SendAsync(HttpMethod.Delete, $"connections/{connection.Text("id")}")).ShouldBe(404, 20404);
    }

    [Fact]
    public async Task A_token_is_for_the_service_that_is_named()
    {
        string other = (await SyncAnswer.ReadAsync(await emulator.PostAsync("/v1/Services", ("FriendlyName", "other")))).Sid;

        SyncAnswer issued = await inspection.SendAsync(HttpMethod.Post, "tokens", ("identity", "bob"), ("ttl", "60"), ("service", other));

        issued.ShouldBe(200);
        issued.Body.Text("identity").Should().Be("bob");
        issued.Body.GetProperty("expires").GetDateTime().Should().BeCloseTo(DateTime.UtcNow.AddMinutes(1), TimeSpan.FromSeconds(20));
        using TwilsockClient client = await TwilsockClient.ConnectAsync(emulator);
        (await client.InitAsync(issued.Body.Text("token"))).Status.Should().Be(200);
        (await inspection.ItemsAsync("connections"))[0].Text("serviceSid").Should().Be(other);
    }

    [Theory]
    [MemberData(nameof(BadParameters))]
    public async Task A_bad_parameter_is_refused_by_its_name(string method, string call, string parameter)
    {
        string[] parts = call.Split('+', 2);
        (string, string)[] form = parts.Length == 1 ? [] : [.. parts[1].Split('&').Select(field => (field.Split('=')[0], field.Split('=')[1]))];

        SyncAnswer answer = await inspection.SendAsync(new HttpMethod(method), parts[0], form);

        answer.ShouldBe(400, 20422);
        answer.Body.Text("message").Should().StartWith($"Invalid parameter: {parameter} ");
    }

    [Theory]
    [InlineData("POST", "requests", 405, 20004)]
    [InlineData("HEAD", "requests", 405, 20004)]
    [InlineData("DELETE", "events", 405, 20004)]
    [InlineData("PUT", "deliveries", 405, 20004)]
    [InlineData("GET", "deliveries/1/send", 405, 20004)]
    [InlineData("POST", "connections", 405, 20004)]
    [InlineData("GET", "connections/x", 405, 20004)]
    [InlineData("GET", "tokens", 405, 20004)]
    [InlineData("GET", "", 404, 20404)]
    [InlineData("GET", "nothing", 404, 20404)]
    [InlineData("GET", "requests/1", 404, 20404)]
    [InlineData("GET", "requests/", 404, 20404)]
    [InlineData("POST", "deliveries/1/send", 404, 20404)]
    [InlineData("POST", "deliveries/x/send", 404, 20404)]
    [InlineData("DELETE", "connections/nobody", 404, 20404)]
    public async Task Other_paths_and_methods_are_refused(string method, string path, int status, int code)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), new Uri(emulator.Server.Url, $"/inspection/{path}"));
        using HttpResponseMessage response = await emulator.Http.SendAsync(request);

        ((int)response.StatusCode).Should().Be(status);
        if (method != "HEAD")
        {
            (await TestEmulator.JsonAsync(response)).GetProperty("code").GetInt32().Should().Be(code);
        }
    }

    [Theory]
    [InlineData("requests")]
    [InlineData("tokens")]
    [InlineData("nothing")]
    public async Task Credentials_are_needed(string path)
    {
        using HttpClient stranger = new() { BaseAddress = emulator.Server.Url };
        using HttpResponseMessage response = await stranger.GetAsync(new Uri($"/inspection/{path}", UriKind.Relative));

        (await SyncAnswer.ReadAsync(response)).ShouldBe(401, 20003);
    }

    [Fact]
    public async Task A_page_of_another_origin_is_refused()
    {
        emulator.Http.DefaultRequestHeaders.Add("Origin", "https://example.com");

        (await inspection.SendAsync(HttpMethod.Get, "requests")).ShouldBe(403, 20403);
        (await inspection.SendAsync(HttpMethod.Post, "tokens", ("identity", "mallory"))).ShouldBe(403, 20403);
    }
}
