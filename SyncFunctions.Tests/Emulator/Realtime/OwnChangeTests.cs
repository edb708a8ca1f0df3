using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Realtime;

/// <summary>A client reports its own removals of items to its listeners when it gets the response. A replay must not repeat them.</summary>
public sealed class OwnChangeTests(SharedEmulator shared) : IClassFixture<SharedEmulator>
{
    private readonly TestEmulator emulator = shared.Emulator;

    public static TheoryData<string, string, string> Kinds => new() { { "list", "Lists", "ES" }, { "map", "Maps", "MP" } };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_a_client_removed_before_it_subscribed_is_told_to_the_others_alone(string type, string path, string prefix)
    {
        using TwilsockClient alice = await TwilsockClient.SignInAsync(emulator);
        using TwilsockClient bob = await TwilsockClient.SignInAsync(emulator, "bob");
        string sid = (await alice.RequestAsync("POST", $"/v3/{path}", new { })).Sid;
        sid.Should().StartWith(prefix);
        await AddAndRemoveAsync(alice, path, sid);
        await AddAndRemoveAsync(bob, path, sid);

        (await EventsAsync(alice, sid, type, -1)).Should().Equal("item_added 0", "position 1", "item_added 2", "item_removed 3");
        (await EventsAsync(bob, sid, type, -1)).Should().Equal("item_added 0", "item_removed 1", "item_added 2", "position 3");
    }

    [Fact]
    public async Task A_subscription_that_overtakes_a_removal_does_not_replay_it()
    {
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        for (int round = 0; round < 50; round++)
        {
            string sid = (await client.RequestAsync("POST", "/v3/Maps", new { })).Sid;
            string set = await client.PostRequestAsync("PUT", $"/v3/Maps/{sid}/Items/a", new { data = new { } });
            string removed = await client.PostRequestAsync("DELETE", $"/v3/Maps/{sid}/Items/a");
            await client.PostRequestAsync("POST", "/v4/Subscriptions", Establish(sid, "map", -1));
            List<string> seen = [];
            bool isEstablished = false;
            while (!isEstablished || !seen.Contains(removed) || !seen.Exists(text => text.EndsWith(" 1", StringComparison.Ordinal)))
            {
                Packet packet = (await client.ReceiveAsync())!;
                isEstablished |= packet.EventType == "subscription_established";
                if (packet.Method == "reply")
                {
                    seen.Add(packet.Id);
                }
                else if (packet.EventType is { } name && name.StartsWith("map_", StringComparison.Ordinal))
                {
                    seen.Add($"{name} {packet.Event.GetProperty("id")}");
                }
            }

            seen.Should().NotContain("map_item_removed 1");
            seen.IndexOf("map_position 1").Should().BeGreaterThan(seen.IndexOf(removed));
            if (seen.Contains("map_item_added 0"))
            {
                seen.IndexOf("map_item_added 0").Should().BeGreaterThan(seen.IndexOf(set));
            }
        }
    }

    [Theory]
    [InlineData(true, true, "alice", "position 1")]
    // The answer may never have arrived: then the client does not know of the removal.
    [InlineData(false, true, "alice", "item_removed 1")]
    [InlineData(true, false, "alice", "item_removed 1")]
    [InlineData(true, true, "bob", "item_removed 1")]
    public async Task A_client_that_comes_back_is_told_of_its_removals_unless_it_has_got_their_answers(
        bool isAcknowledged, bool isTokenShown, string identity, string told)
    {
        string continuation = Guid.NewGuid().ToString("N");
        using TwilsockClient first = await ConnectAsync("alice", continuation);
        string sid = (await first.RequestAsync("POST", "/v3/Maps", new { })).Sid;
        await AddAndRemoveAsync(first, "Maps", sid);
        Packet ping = await first.FindAsync(packet => packet.Method == "ping");
        if (isAcknowledged)
        {
            await first.SendAsync(new { id = ping.Id, method = "reply", status = new { code = 200, status = "OK" }, payload_size = 0 });
            await first.RequestAsync("GET", $"/v3/Maps/{sid}");
        }

        first.Dispose();
        using TwilsockClient second = await ConnectAsync(identity, isTokenShown ? continuation : null);
        (await EventsAsync(second, sid, "map", -1)).Should().Equal("item_added 0", told);
    }

    [Fact]
    public async Task What_a_subscriber_removed_is_known_by_its_acknowledgement_too()
    {
        string continuation = Guid.NewGuid().ToString("N");
        using TwilsockClient first = await ConnectAsync("alice", continuation);
        string sid = (await first.RequestAsync("POST", "/v3/Maps", new { })).Sid;
        await first.SubscribeAsync(1, [sid], "map", lastEventId: -1);
        await first.EventAsync("subscription_established");
        await AddAndRemoveAsync(first, "Maps", sid);
        Packet position = await first.EventAsync("map_position");
        await first.SendAsync(new { method = "reply", id = position.Id, status = new { code = 200 }, payload_size = 0 });
        await first.RequestAsync("GET", $"/v3/Maps/{sid}");
        first.Dispose();

        using TwilsockClient second = await ConnectAsync("alice", continuation);
        (await EventsAsync(second, sid, "map", -1)).Should().Equal("item_added 0", "position 1");
    }

    private static object Establish(string sid, string type, long lastEventId) => new
    {
        action = "establish",
        correlation_id = 1,
        requests = new[] { new { object_sid = sid, object_type = type, last_event_id = lastEventId } },
    };

    private static async Task AddAndRemoveAsync(TwilsockClient client, string path, string sid)
    {
        Packet added = path == "Maps"
            ? await client.RequestAsync("PUT", $"/v3/Maps/{sid}/Items/a", new { data = new { } })
            : await client.RequestAsync("POST", $"/v3/Lists/{sid}/Items", new { data = new { } });
        added.HttpStatus.Should().Be(201);
        JsonElement key = added.Payload.GetProperty(path == "Maps" ? "key" : "index");
        (await client.RequestAsync("DELETE", $"/v3/{path}/{sid}/Items/{key}")).HttpStatus.Should().Be(200);
    }

    // The events of a replay, without their kinds, with their numbers.
    private static async Task<List<string>> EventsAsync(TwilsockClient client, string sid, string type, long lastEventId)
    {
        await client.SubscribeAsync(1, [sid], type, lastEventId: lastEventId);
        List<string> events = [];
        while (true)
        {
            Packet packet = await client.FindAsync(packet => packet.Method == "notification");
            if (packet.EventType == "subscription_established")
            {
                return events;
            }

            events.Add($"{packet.EventType![(type.Length + 1)..]} {packet.Event.GetProperty("id")}");
        }
    }

    private async Task<TwilsockClient> ConnectAsync(string identity, string? continuation)
    {
        TwilsockClient client = await TwilsockClient.ConnectAsync(emulator);
        string id = client.NewId();
        Packet reply = await client.CallAsync(
            id, new { id, method = "init", token = TwilsockClient.Token(emulator.Options, identity), continuation_token = continuation, payload_size = 0 });
        reply.Status.Should().Be(200);
        return client;
    }
}
