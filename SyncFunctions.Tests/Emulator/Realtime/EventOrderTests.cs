using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Realtime;

/// <summary>The order of the packets of a connection: responses to its own changes and events of others, in the order of the commits.</summary>
public sealed class EventOrderTests(SharedEmulator shared) : IClassFixture<SharedEmulator>
{
    private readonly TestEmulator emulator = shared.Emulator;

    [Fact]
    public async Task An_answer_comes_behind_what_others_changed_before()
    {
        using TwilsockClient alice = await TwilsockClient.SignInAsync(emulator);
        using TwilsockClient bob = await TwilsockClient.SignInAsync(emulator, "bob");
        string map = (await alice.RequestAsync("POST", "/v3/Maps", new { })).Sid;
        string own = (await alice.RequestAsync("POST", "/v3/Documents", new { })).Sid;
        await alice.SubscribeAsync(1, [map], "map", lastEventId: -1);
        await alice.EventAsync("subscription_established");
        List<TwilsockClient> crowd = [];
        try
        {
            // Sending an event to many takes longer than a response.
            for (int i = 0; i < 50; i++)
            {
                TwilsockClient one = await TwilsockClient.SignInAsync(emulator, $"crowd-{i}");
                crowd.Add(one);
                await one.SubscribeAsync(1, [map], "map", lastEventId: -1);
                await one.EventAsync("subscription_established");
            }

            for (int i = 0; i < 100; i++)
            {
                (await bob.RequestAsync("PUT", $"/v3/Maps/{map}/Items/a", new { data = new { i } })).HttpStatus.Should().BeOneOf(200, 201);
                string id = await alice.PostRequestAsync("POST", $"/v3/Documents/{own}", new { data = new { i } });
                Packet first = await alice.FindAsync(packet => packet.Id == id || packet.EventType is "map_item_added" or "map_item_updated");
                first.EventType.Should().NotBeNull("the change was committed before, round {0}", i);
                first.Event.GetProperty("item_data").GetProperty("i").GetInt32().Should().Be(i);
                (await alice.ReplyAsync(id)).HttpStatus.Should().Be(200);
            }
        }
        finally
        {
            crowd.ForEach(one => one.Dispose());
        }
    }

    [Fact]
    public async Task Answers_and_events_of_one_list_come_in_the_order_of_their_numbers()
    {
        const int Items = 300;
        using TwilsockClient alice = await TwilsockClient.SignInAsync(emulator);
        using TwilsockClient bob = await TwilsockClient.SignInAsync(emulator, "bob");
        string list = (await alice.RequestAsync("POST", "/v3/Lists", new { })).Sid;
        foreach (TwilsockClient client in new[] { alice, bob })
        {
            await client.SubscribeAsync(1, [list], "list", lastEventId: -1);
            await client.EventAsync("subscription_established");
        }

        await Task.WhenAll(new[] { alice, bob }.Select(async client =>
        {
            for (int i = 0; i < Items; i++)
            {
                await client.PostRequestAsync("POST", $"/v3/Lists/{list}/Items", new { data = new { } });
            }

            List<long> known = [];
            for (int got = 0; got < 3 * Items;)
            {
                Packet packet = (await client.ReceiveAsync())!;
                bool isAnswer = packet.Method == "reply" && packet.Payload.TryGetProperty("index", out _);
                if (isAnswer || packet.EventType == "list_item_added")
                {
                    got++;
                    known.Add(isAnswer ? packet.Payload.GetProperty("index").GetInt64() : packet.Event.GetProperty("id").GetInt64());
                }
            }

            // It receives its own items twice, first in the response.
            known.Distinct().Should().Equal(Enumerable.Range(0, 2 * Items).Select(index => (long)index));
        }));
    }

    [Theory]
    [InlineData("the permission's removal")]
    [InlineData("a permission without reading")]
    [InlineData("permissions for the whole service")]
    public async Task A_removed_permission_ends_the_subscription_after_earlier_events(string how)
    {
        bool isLate = how == "permissions for the whole service";
        string service = await ServiceAsync(isAclEnabled: !isLate);
        using TwilsockClient alice = await TwilsockClient.SignInAsync(emulator, "alice", service);
        using TwilsockClient bob = await TwilsockClient.SignInAsync(emulator, "bob", service);
        using TwilsockClient owner = await TwilsockClient.SignInAsync(emulator, "owner", service);
        string sid = (await owner.RequestAsync("POST", "/v3/Documents", new { })).Sid;
        string permissions = $"/v1/Services/{service}/Documents/{sid}/Permissions";
        foreach (string identity in isLate ? ["bob", "owner"] : new[] { "alice", "bob" })
        {
            await PostAsync($"{permissions}/{identity}", ("Read", "true"), ("Write", "true"));
        }

        foreach (TwilsockClient client in new[] { alice, bob })
        {
            await client.SubscribeAsync(1, [sid], lastEventId: 0);
            await client.EventAsync("subscription_established");
        }

        await ChangeAsync(1);
        switch (how)
        {
            case "the permission's removal":
                (await emulator.Http.DeleteAsync(new Uri($"{permissions}/alice", UriKind.Relative))).EnsureSuccessStatusCode();
                break;
            case "a permission without reading":
                await PostAsync($"{permissions}/alice", ("Write", "true"));
                break;
            default:
                await PostAsync($"/v1/Services/{service}", ("AclEnabled", "true"));
                break;
        }

        await ChangeAsync(2);
        foreach (int n in (int[])[1, 2])
        {
            (await bob.EventAsync("document_updated")).Event.GetProperty("id").GetInt32().Should().Be(n);
        }

        Packet before = await alice.FindAsync(packet => packet.Method == "notification");
        (before.EventType, before.Event.GetProperty("id").GetInt32()).Should().Be(("document_updated", 1));
        Packet failed = await alice.FindAsync(packet => packet.Method == "notification");
        failed.EventType.Should().Be("subscription_failed");
        // The official client reads that as: none of its pending requests.
        failed.Payload.GetProperty("correlation_id").ValueKind.Should().Be(JsonValueKind.Null);
        failed.Event.GetProperty("object_sid").GetString().Should().Be(sid);
        JsonElement error = failed.Event.GetProperty("error");
        (error.GetProperty("status").GetInt32(), error.GetProperty("code").GetInt32()).Should().Be((403, 54007));

        // Once she has the permission again, she gets it again. In the meantime she got nothing.
        await PostAsync($"{permissions}/alice", ("Read", "true"));
        await ChangeAsync(3);
        await alice.SubscribeAsync(2, [sid], lastEventId: 3);
        (await alice.FindAsync(packet => packet.Method == "notification")).EventType.Should().Be("subscription_established");
        await ChangeAsync(4);
        (await alice.EventAsync("document_updated")).Event.GetProperty("id").GetInt32().Should().Be(4);

        async Task ChangeAsync(int n) =>
            (await owner.RequestAsync("POST", $"/v3/Documents/{sid}", new { data = new { n } })).HttpStatus.Should().Be(200);
    }

    [Fact]
    public async Task Changed_permissions_that_still_suffice_end_no_subscription()
    {
        string service = await ServiceAsync(isAclEnabled: true);
        using TwilsockClient alice = await TwilsockClient.SignInAsync(emulator, "alice", service);
        string sid = (await alice.RequestAsync("POST", "/v3/Documents", new { })).Sid;
        string stream = (await alice.RequestAsync("POST", "/v3/Streams", new { })).Sid;
        await alice.SubscribeAsync(1, [sid], lastEventId: 0);
        await alice.SubscribeAsync(2, [stream], "stream");
        await PostAsync($"/v1/Services/{service}/Documents/{sid}/Permissions/alice", ("Read", "true"));
        await PostAsync($"/v1/Services/{service}/Documents/{sid}/Permissions/bob", ("Read", "false"));
        await PostAsync($"/v1/Services/{service}", ("AclEnabled", "true"));
        await PostAsync($"/v1/Services/{service}", ("AclEnabled", "false"));
        await PostAsync($"/v1/Services/{service}", ("AclEnabled", "true"));

        await PostAsync($"/v1/Services/{service}/Documents/{sid}", ("Data", """{"n":1}"""));
        (await alice.FindAsync(packet => packet.EventType is "document_updated" or "subscription_failed")).EventType.Should().Be("document_updated");
        await PostAsync($"/v1/Services/{service}/Streams/{stream}/Messages", ("Data", """{"n":1}"""));
        (await alice.FindAsync(packet => packet.EventType is "stream_message_published" or "subscription_failed")).EventType
            .Should().Be("stream_message_published");
    }

    private async Task<string> ServiceAsync(bool isAclEnabled) =>
        (await PostAsync("/v1/Services", ("AclEnabled", isAclEnabled ? "true" : "false"))).GetProperty("sid").GetString()!;

    private async Task<JsonElement> PostAsync(string path, params (string Name, string Value)[] form)
    {
        HttpResponseMessage response = await emulator.PostAsync(path, form);
        response.EnsureSuccessStatusCode();
        return await TestEmulator.JsonAsync(response);
    }
}
