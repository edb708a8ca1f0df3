using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

using SyncFunctions.Emulator.Webhooks;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Webhooks;

/// <summary>The emulator's webhooks: every event once, in order, whatever the receiver does.</summary>
public sealed class EmulatorWebhookTests
{
    private const string SecondSid = ServicesFixture.SecondSid;

    [Fact]
    public async Task Events_of_one_service_become_items_of_another_by_way_of_the_app()
    {
        await using TestApp app = await TestApp.StartAsync(ServicesFixture.Settings);
        await app.ResolveAsync("createList", new { listName = "events" });
        using HttpClient rest = Rest(app.Emulator.Url, SecondSid);
        await SubscribeAsync(rest, new Uri(app.Url, "api/webhook/addListItem?listName=events"));
        (await app.ResolveAsync("getService", new { service = "second" })).GetProperty("webhooksFromRestEnabled").GetBoolean().Should().BeTrue();

        List<Event> expected = await MakeEverythingAsync(app);
        JsonElement[] items = await ItemsAsync(app, expected.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            (string, string)[] stored = [.. items[i].GetProperty("data").EnumerateObject().Select(member => (member.Name, member.Value.GetString()!))];
            stored.Should().BeEquivalentTo(expected[i].Fields, "event {0} is {1}", i, expected[i].Type);
        }
    }

    [Fact]
    public async Task Every_event_arrives_once_in_order_and_signed()
    {
        await using TestApp app = await TestApp.StartAsync(ServicesFixture.Settings);
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        using HttpClient rest = Rest(app.Emulator.Url, SecondSid);
        Uri url = new(receiver.Url, "hook?a=b%20c&d=");
        await SubscribeAsync(rest, url);

        List<Event> expected = await MakeEverythingAsync(app);
        await receiver.WaitAsync(expected.Count);
        receiver.Taken.Select(delivery => delivery.EventType).Should().Equal(expected.Select(one => one.Type));
        receiver.Taken.Should().OnlyContain(delivery => delivery.IsSigned && delivery.Url == url.AbsoluteUri);
    }

    [Theory]
    [InlineData("http://{0}/hook?q=é", "http://{0}/hook?q=%C3%A9", "")]
    [InlineData("http://{0}/a b/{{c}}?q={{\"d\":|}}", "http://{0}/a%20b/%7Bc%7D?q=%7B%22d%22:%7C%7D", "")]
    [InlineData("http://{0}/hook?q=%7Ea%c3%a9%2f#fragment", "http://{0}/hook?q=~a%C3%A9%2f", "")]
    [InlineData("HTTP://{0}/a/../b/./c", "http://{0}/b/c", "")]
    [InlineData("http://al%40ice:p%3Aw:x@{0}/hook", "http://{0}/hook", "al@ice:p:w:x")]
    [InlineData("http://alice@{0}", "http://{0}/", "alice:")]
    public async Task The_signed_URL_is_the_URL_that_is_sent(string written, string sent, string credentials)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        string authority = receiver.Url.Authority;
        await ConfigureAsync(
            emulator.Http, ("WebhookUrl", string.Format(CultureInfo.InvariantCulture, written, authority)), ("WebhooksFromRestEnabled", "true"));

        await emulator.PostAsync("Lists", ("UniqueName", "list"));
        await receiver.WaitAsync(1);

        WebhookDelivery delivery = receiver.Taken.Should().ContainSingle().Subject;
        delivery.Url.Should().Be(string.Format(CultureInfo.InvariantCulture, sent, authority));
        delivery.IsSigned.Should().BeTrue();
        delivery.Authorization.Should().Be(credentials.Length == 0 ? "" : $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}");
    }

    [Theory]
    [InlineData("http://LOCALHOST:8080/x", "http://localhost:8080/x")]
    [InlineData("http://[::1]:8080/x", "http://[::1]:8080/x")]
    [InlineData("https://Bücher.example:443", "https://xn--bcher-kva.example/")]
    [InlineData("http://Example.COM:80/X?Y", "http://example.com/X?Y")]
    public void A_webhook_goes_to_the_host_that_is_signed(string written, string sent)
    {
        WebhookTarget target = WebhookTarget.Of(written);
        target.Signed.Should().Be(sent);
        target.Url.Should().Be(new Uri(sent));
    }

    [Theory]
    [InlineData("api/webhook/addListItem?listName=events&note=é {|}", "")]
    [InlineData("api/x/../webhook/addListItem?listName=events&note=%7E%c3%a9#fragment", "")]
    [InlineData("api/webhook/addListItem?listName=events", "someone:something@")]
    public async Task The_apps_own_webhook_takes_what_the_emulator_sends(string pathAndQuery, string userInfo)
    {
        await using TestApp app = await TestApp.StartAsync(ServicesFixture.Settings);
        await app.ResolveAsync("createList", new { listName = "events" });
        using HttpClient rest = Rest(app.Emulator.Url, SecondSid);
        await ConfigureAsync(rest, ("WebhookUrl", $"http://{userInfo}{app.Url.Authority}/{pathAndQuery}"), ("WebhooksFromRestEnabled", "true"));

        await app.ResolveAsync("createDocument", new { docName = "x", data = new { }, service = "second" });

        (await ItemsAsync(app, 1)).Single().GetProperty("data").Text("EventType").Should().Be("document_created");
    }

    [Fact]
    public async Task Webhooks_to_this_machine_bypass_the_proxy()
    {
        await using WebhookReceiver proxy = await WebhookReceiver.StartAsync();
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        using TemporaryFolder folder = new();
        using EmulatorProcess emulator = await EmulatorProcess.StartAsync(folder.File("sync.db"), environment:
        [
            ("HTTP_PROXY", proxy.Url.AbsoluteUri), ("http_proxy", proxy.Url.AbsoluteUri), ("ALL_PROXY", proxy.Url.AbsoluteUri), ("NO_PROXY", ""), ("no_proxy", ""),
        ]);
        await SubscribeAsync(emulator.Http, receiver.Url);

        using FormUrlEncodedContent form = new([KeyValuePair.Create("UniqueName", "list")]);
        using HttpResponseMessage created = await emulator.Http.PostAsync(new Uri("Lists", UriKind.Relative), form);
        created.StatusCode.Should().Be(HttpStatusCode.Created);

        await receiver.WaitAsync(1);
        proxy.Arrived.Should().BeEmpty();
    }

    [Fact]
    public async Task A_receiver_that_was_down_misses_nothing()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        ReservedPort port = new();
        int number = port.Number;
        await SubscribeAsync(emulator.Http, new Uri($"http://127.0.0.1:{number}/"));
        await emulator.PostAsync("Lists", ("UniqueName", "list"));
        await AddAsync(emulator, 0, 10);
        await Task.Delay(TimeSpan.FromSeconds(3));
        await AddAsync(emulator, 10, 10);

        port.Dispose();
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync(port: number);
        await receiver.WaitAsync(21);
        receiver.Taken.First().EventType.Should().Be("list_created");
        Indexes(receiver).Should().Equal(Enumerable.Range(0, 20));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(408)]
    public async Task An_event_that_a_receiver_fails_to_accept_is_delivered_again_before_the_next(int status)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync((_, number) => Task.FromResult(number % 3 == 0 ? 200 : status));
        await emulator.PostAsync("Lists", ("UniqueName", "list"));
        await SubscribeAsync(emulator.Http, receiver.Url);
        await AddAsync(emulator, 0, 4);

        await receiver.WaitAsync(4);
        Indexes(receiver).Should().Equal(0, 1, 2, 3);
        receiver.Arrived.Select(Index).Should().Equal(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(302)]
    public async Task An_event_that_a_receiver_refuses_is_dropped_and_the_next_is_delivered(int status)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync((delivery, _) => Task.FromResult(Index(delivery) % 2 == 0 ? status : 200));
        await emulator.PostAsync("Lists", ("UniqueName", "list"));
        await SubscribeAsync(emulator.Http, receiver.Url);
        await AddAsync(emulator, 0, 6);

        await receiver.WaitAsync(3);
        Indexes(receiver).Should().Equal(1, 3, 5);
        receiver.Arrived.Select(Index).Should().Equal(0, 1, 2, 3, 4, 5);
    }

    [Fact]
    public async Task Undelivered_events_are_delivered_after_a_restart()
    {
        using TemporaryFolder folder = new();
        using ReservedPort port = new();
        int number = port.Number;
        await using (TestEmulator emulator = await TestEmulator.StartAsync(dataFile: folder.File("sync.db")))
        {
            await emulator.PostAsync("Lists", ("UniqueName", "list"));
            await SubscribeAsync(emulator.Http, new Uri($"http://127.0.0.1:{number}/"));
            await AddAsync(emulator, 0, 5);
        }

        port.Dispose();
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync(port: number);
        await using (TestEmulator emulator = await TestEmulator.StartAsync(dataFile: folder.File("sync.db")))
        {
            await receiver.WaitAsync(5);
            await AddAsync(emulator, 5, 2);
            await receiver.WaitAsync(2);
        }

        Indexes(receiver).Should().Equal(Enumerable.Range(0, 7));
    }

    [Fact]
    public async Task Delivered_events_are_not_delivered_again_after_a_restart()
    {
        using TemporaryFolder folder = new();
        bool isOpen = true;
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync((_, _) => Task.FromResult(Volatile.Read(ref isOpen) ? 200 : 503));
        await using (TestEmulator emulator = await TestEmulator.StartAsync(dataFile: folder.File("sync.db")))
        {
            await emulator.PostAsync("Lists", ("UniqueName", "list"));
            await SubscribeAsync(emulator.Http, receiver.Url);
            await AddAsync(emulator, 0, 3);
            await receiver.WaitAsync(3);
            Volatile.Write(ref isOpen, false);
            await AddAsync(emulator, 3, 3);
            // The place is noted before the next event is tried.
            while (!receiver.Arrived.Any(delivery => Index(delivery) == 3))
            {
                await Task.Delay(20);
            }
        }

        Volatile.Write(ref isOpen, true);
        await using TestEmulator again = await TestEmulator.StartAsync(dataFile: folder.File("sync.db"));
        await receiver.WaitAsync(3);
        Indexes(receiver).Should().Equal(Enumerable.Range(0, 6));
    }

    [Fact]
    public async Task Changes_by_REST_are_sent_only_if_that_is_enabled()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        await using WebhookReceiver silent = await WebhookReceiver.StartAsync();
        await using WebhookReceiver told = await WebhookReceiver.StartAsync();
        JsonElement service = await TestEmulator.JsonAsync(
            await emulator.PostAsync("../../Services", ("WebhookUrl", told.Url.AbsoluteUri), ("WebhooksFromRestEnabled", "true")));
        await ConfigureAsync(emulator.Http, ("WebhookUrl", silent.Url.AbsoluteUri));

        for (int i = 0; i < 5; i++)
        {
            await emulator.PostAsync("Documents", ("UniqueName", $"document {i}"));
        }

        (await emulator.PostAsync($"{service.Text("url")}/Documents", ("UniqueName", "document"))).StatusCode.Should().Be(HttpStatusCode.Created);
        await told.WaitAsync(1);
        told.Taken.Single()["DocumentUniqueName"].Should().Be("document");
        silent.Arrived.Should().BeEmpty();
    }

    [Fact]
    public async Task Without_a_URL_there_are_no_more_webhooks()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        await using WebhookReceiver first = await WebhookReceiver.StartAsync();
        await using WebhookReceiver second = await WebhookReceiver.StartAsync();
        await emulator.PostAsync("Lists", ("UniqueName", "list"));
        await SubscribeAsync(emulator.Http, first.Url);
        await AddAsync(emulator, 0, 1);
        await first.WaitAsync(1);

        await ConfigureAsync(emulator.Http, ("WebhookUrl", ""));
        await AddAsync(emulator, 1, 2);
        // A webhook only gets events after it was set.
        await SubscribeAsync(emulator.Http, second.Url);
        await AddAsync(emulator, 3, 1);
        await second.WaitAsync(1);
        Indexes(second).Should().Equal(3);
        Indexes(first).Should().Equal(0);
    }

    [Fact]
    public async Task A_slow_receiver_does_not_hold_up_writes()
    {
        TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync(async (_, _) =>
        {
            await released.Task;
            return 200;
        });
        await emulator.PostAsync("Lists", ("UniqueName", "list"));
        await SubscribeAsync(emulator.Http, receiver.Url);
        await AddAsync(emulator, 0, 50);
        receiver.Taken.Should().BeEmpty("all writes are acknowledged, and no delivery is answered yet");

        released.SetResult();
        await receiver.WaitAsync(50);
        // On a slow machine, the sender may time out and deliver some twice.
        Indexes(receiver).Distinct().Should().Equal(Enumerable.Range(0, 50));
    }

    private static HttpClient Rest(Uri emulator, string service)
    {
        HttpClient client = new() { BaseAddress = new Uri(emulator, $"/v1/Services/{service}/") };
        client.DefaultRequestHeaders.Authorization = TestEmulator.Basic("AC" + new string('0', 32), TwilioSigner.Token);
        return client;
    }

    private static Task SubscribeAsync(HttpClient service, Uri webhook) =>
        ConfigureAsync(service, ("WebhookUrl", webhook.AbsoluteUri), ("WebhooksFromRestEnabled", "true"));

    private static async Task ConfigureAsync(HttpClient service, params (string Name, string Value)[] settings)
    {
        using FormUrlEncodedContent form = new(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)));
        using HttpResponseMessage response = await service.PostAsync(new Uri(service.BaseAddress!.AbsoluteUri.TrimEnd('/')), form);
        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    private static async Task AddAsync(TestEmulator emulator, int from, int count)
    {
        for (int i = from; i < from + count; i++)
        {
            using HttpResponseMessage response = await emulator.PostAsync("Lists/list/Items", ("Data", $$"""{"i":{{i}}}"""));
            response.StatusCode.Should().Be(HttpStatusCode.Created);
        }
    }

    private static int Index(WebhookDelivery delivery) => int.Parse(delivery["ItemIndex"] ?? "-1", CultureInfo.InvariantCulture);

    private static IEnumerable<int> Indexes(WebhookReceiver receiver) => receiver.Taken.Select(Index).Where(index => index >= 0);

    // The list's items as soon as there are so many, and no more than those.
    private static async Task<JsonElement[]> ItemsAsync(TestApp app, int count)
    {
        for (int attempt = 0; ; attempt++)
        {
            JsonElement items = await app.ResolveAsync("getListItems", new { listName = "events" });
            if (items.GetArrayLength() >= count)
            {
                items.GetArrayLength().Should().Be(count);
                return [.. items.EnumerateArray()];
            }

            attempt.Should().BeLessThan(900, "{0} of {1} events were stored", items.GetArrayLength(), count);
            await Task.Delay(100);
        }
    }

    // Changes everything that can be changed in the second service.
    private static async Task<List<Event>> MakeEverythingAsync(TestApp app)
    {
        List<Event> events = [];
        string document = (await CallAsync("createDocument", new { docName = "a document", data = new { text = "é+&=%" } })).Text("sid");
        Add("document_created", ("DocumentSid", document), ("DocumentUniqueName", "a document"), ("DocumentRevision", "0"), ("DocumentData", """{"text":"é+&=%"}"""));
        await CallAsync("updateDocument", new { docName = "a document", data = new { n = 1.5 } });
        Add("document_updated", ("DocumentSid", document), ("DocumentUniqueName", "a document"), ("DocumentRevision", "1"), ("DocumentData", """{"n":1.5}"""));
        await CallAsync("incrementDocument", new { docName = "a document", path = "/n" });
        Add("document_updated", ("DocumentSid", document), ("DocumentUniqueName", "a document"), ("DocumentRevision", "2"), ("DocumentData", """{"n":2.5}"""));
        await CallAsync("removeDocument", new { docName = "a document" });
        Add("document_removed", ("DocumentSid", document), ("DocumentUniqueName", "a document"), ("DocumentRevision", "2"));

        string list = (await CallAsync("createList", new { listName = "a list" })).Text("sid");
        (string, string)[] inList = [("ListSid", list), ("ListUniqueName", "a list")];
        Add("list_created", [.. inList, ("ListRevision", "0")]);
        await CallAsync("updateList", new { listName = "a list", ttl = 600 });
        await CallAsync("addListItem", new { listName = "a list", data = new { i = 0 } });
        Add("list_item_added", [.. inList, ("ListRevision", "1"), .. Item("ItemIndex", "0", "0", """{"i":0}""")]);
        await CallAsync("addListItem", new { listName = "a list", data = new { i = 1 } });
        Add("list_item_added", [.. inList, ("ListRevision", "2"), .. Item("ItemIndex", "1", "1", """{"i":1}""")]);
        await CallAsync("updateListItem", new { listName = "a list", index = 0, data = new { i = "zero" } });
        Add("list_item_updated", [.. inList, ("ListRevision", "3"), .. Item("ItemIndex", "0", "2", """{"i":"zero"}""")]);
        await CallAsync("removeListItemByIndex", new { listName = "a list", index = 0 });
        Add("list_item_removed", [.. inList, ("ListRevision", "4"), .. Item("ItemIndex", "0", "3", """{"i":"zero"}""")]);
        await CallAsync("removeList", new { listName = "a list" });
        Add("list_removed", [.. inList, ("ListRevision", "4")]);

        string map = (await CallAsync("createMap", new { mapName = "a map" })).Text("sid");
        (string, string)[] inMap = [("MapSid", map), ("MapUniqueName", "a map")];
        Add("map_created", [.. inMap, ("MapRevision", "0")]);
        await CallAsync("setMapItem", new { mapName = "a map", key = "+1/415", data = new { a = 1 } });
        Add("map_item_added", [.. inMap, ("MapRevision", "1"), .. Item("ItemKey", "+1/415", "0", """{"a":1}""")]);
        await CallAsync("setMapItem", new { mapName = "a map", key = "+1/415", data = new { a = 2 } });
        Add("map_item_updated", [.. inMap, ("MapRevision", "2"), .. Item("ItemKey", "+1/415", "1", """{"a":2}""")]);
        await CallAsync("removeMapItem", new { mapName = "a map", key = "+1/415" });
        Add("map_item_removed", [.. inMap, ("MapRevision", "3"), .. Item("ItemKey", "+1/415", "2", """{"a":2}""")]);
        await CallAsync("removeMap", new { mapName = "a map" });
        Add("map_removed", [.. inMap, ("MapRevision", "3")]);

        string stream = (await CallAsync("createStream", new { streamName = "a stream" })).Text("sid");
        (string, string)[] inStream = [("StreamSid", stream), ("StreamUniqueName", "a stream")];
        Add("stream_created", inStream);
        string message = (await CallAsync("publishStreamMessage", new { streamName = "a stream", data = new { m = true } })).Text("sid");
        Add("stream_message_published", [.. inStream, ("MessageSid", message), ("MessageData", """{"m":true}""")]);
        await CallAsync("removeStream", new { streamName = "a stream" });
        Add("stream_removed", inStream);
        return events;

        Task<JsonElement> CallAsync(string function, object parameters)
        {
            Dictionary<string, JsonElement> inSecond = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(JsonSerializer.Serialize(parameters, Relaxed), Relaxed)!;
            inSecond["service"] = JsonSerializer.SerializeToElement("second");
            return app.PostJsonAsync(function, JsonSerializer.Serialize(inSecond, Relaxed)).ResolvedAsync();
        }

        void Add(string type, params (string, string)[] fields) => events.Add(new Event(
            type,
            [("AccountSid", "AC" + new string('0', 32)), ("ServiceSid", SecondSid), ("EventType", type), ("Identity", "system"), .. fields]));

        static (string, string)[] Item(string keyName, string key, string eventId, string data) =>
            [("EventId", eventId), (keyName, key), ("ItemRevision", eventId), ("ItemData", data)];
    }

    // So that the text of data is known.
    private static JsonSerializerOptions Relaxed { get; } = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private sealed record Event(string Type, (string Name, string Value)[] Fields);
}
