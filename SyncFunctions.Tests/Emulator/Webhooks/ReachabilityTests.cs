using Microsoft.Extensions.Time.Testing;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Webhooks;

/// <summary>Webhooks about realtime clients that connect and disconnect, and the endpoint in webhooks of their changes.</summary>
public sealed class ReachabilityTests
{
    private const string Connected = "endpoint_connected";
    private const string Disconnected = "endpoint_disconnected";

    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(2000);

    [Fact]
    public async Task Every_endpoint_is_reported_in_order_with_its_changes()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await ConfigureAsync(emulator, ("WebhookUrl", receiver.Url.AbsoluteUri), ("ReachabilityWebhooksEnabled", "true"));

        TwilsockClient first = await TwilsockClient.SignInAsync(emulator, "alice");
        await MarkAsync(first);
        TwilsockClient second = await TwilsockClient.SignInAsync(emulator, "alice");
        first.Dispose();
        await receiver.WaitAsync(4);
        await MarkAsync(second);
        second.Dispose();
        await receiver.WaitAsync(2);

        WebhookDelivery[] taken = [.. receiver.Taken];
        taken.Select(delivery => delivery.EventType).Should().Equal(
            Connected, "document_created", Connected, Disconnected, "document_created", Disconnected);
        (string a, string b) = (taken[0]["EndpointId"]!, taken[2]["EndpointId"]!);
        a.Should().MatchRegex("^[0-9a-f]{32}$").And.NotBe(b);
        taken.Select(delivery => delivery["EndpointId"]).Should().Equal(a, a, b, a, b, b);
        taken.Should().OnlyContain(delivery => delivery.IsSigned && delivery["Identity"] == "alice");
        taken[3].Fields.Should().BeEquivalentTo(
            [
                KeyValuePair.Create("AccountSid", emulator.Options.AccountSid),
                KeyValuePair.Create("ServiceSid", emulator.Options.ServiceSid),
                KeyValuePair.Create("EventType", Disconnected),
                KeyValuePair.Create("Identity", "alice"),
                KeyValuePair.Create("EndpointId", a),
            ]);
    }

    [Fact]
    public async Task An_identity_that_reconnects_within_the_window_is_not_reported()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using TestEmulator emulator = await TestEmulator.StartAsync(time);
        await using WebhookReceiver receiver = await DebouncedAsync(emulator);
        TwilsockClient first = await TwilsockClient.SignInAsync(emulator, "alice", time: time);
        TwilsockClient second = await TwilsockClient.SignInAsync(emulator, "alice", time: time);
        first.Dispose();
        second.Dispose();
        time.Advance(Window - TimeSpan.FromMilliseconds(1));
        using TwilsockClient third = await TwilsockClient.SignInAsync(emulator, "alice", time: time);
        time.Advance(Window * 2);
        // Any earlier event would be delivered before this one.
        await MarkAsync(third);

        await receiver.WaitAsync(2);
        receiver.Taken.Select(delivery => delivery.EventType).Should().Equal(Connected, "document_created");
    }

    [Fact]
    public async Task An_identity_that_stays_away_is_reported_when_the_window_is_over()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using TestEmulator emulator = await TestEmulator.StartAsync(time);
        await using WebhookReceiver receiver = await DebouncedAsync(emulator);
        using TwilsockClient bob = await TwilsockClient.SignInAsync(emulator, "bob", time: time);
        TwilsockClient first = await TwilsockClient.SignInAsync(emulator, "alice", time: time);
        TwilsockClient second = await TwilsockClient.SignInAsync(emulator, "alice", time: time);
        await receiver.WaitAsync(2);
        first.Dispose();
        second.Dispose();
        TimeSpan away = TimeSpan.Zero;
        for (; receiver.Taken.Count < 3; away += TimeSpan.FromMilliseconds(100))
        {
            away.Should().BeLessThan(TimeSpan.FromMinutes(5));
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(20);
        }

        away.Should().BeGreaterThanOrEqualTo(Window);
        using TwilsockClient third = await TwilsockClient.SignInAsync(emulator, "alice", time: time);
        await receiver.WaitAsync(2);
        receiver.Taken.Select(delivery => (delivery.EventType, delivery["Identity"])).Should().Equal(
            (Connected, "bob"), (Connected, "alice"), (Disconnected, "alice"), (Connected, "alice"));
    }

    [Fact]
    public async Task The_end_of_the_emulator_is_reported_after_the_next_start()
    {
        using TemporaryFolder folder = new();
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        string? endpoint;
        await using (TestEmulator emulator = await TestEmulator.StartAsync(dataFile: folder.File("sync.db")))
        {
            await ConfigureAsync(
                emulator, ("WebhookUrl", receiver.Url.AbsoluteUri), ("ReachabilityWebhooksEnabled", "true"),
                ("ReachabilityDebouncingEnabled", "true"), ("ReachabilityDebouncingWindow", "30000"));
            using TwilsockClient client = await TwilsockClient.SignInAsync(emulator, "alice");
            await receiver.WaitAsync(1);
            endpoint = receiver.Taken.Single()["EndpointId"];
            await emulator.Server.DisposeAsync();
        }

        await using TestEmulator again = await TestEmulator.StartAsync(dataFile: folder.File("sync.db"));
        do
        {
            // An event that was delivered just before the end may be delivered again.
            await receiver.WaitAsync(1);
        }
        while (receiver.Taken.Last().EventType != Disconnected);

        receiver.Taken.Last()["EndpointId"].Should().Be(endpoint);
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("system")]
    public async Task Without_reachability_webhooks_only_the_changes_of_clients_are_sent(string identity)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await ConfigureAsync(emulator, ("WebhookUrl", receiver.Url.AbsoluteUri));
        (await TwilsockClient.SignInAsync(emulator, identity)).Dispose();
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator, identity);
        (await emulator.FormAsync("Documents")).ShouldBe(201);
        await MarkAsync(client);

        await receiver.WaitAsync(1);
        WebhookDelivery told = receiver.Taken.Single();
        (told.EventType, told["Identity"], told["EndpointId"]?.Length).Should().Be(("document_created", identity, 32));
    }

    private static async Task<WebhookReceiver> DebouncedAsync(TestEmulator emulator)
    {
        WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await ConfigureAsync(
            emulator, ("WebhookUrl", receiver.Url.AbsoluteUri), ("ReachabilityWebhooksEnabled", "true"), ("ReachabilityDebouncingEnabled", "true"),
            ("ReachabilityDebouncingWindow", $"{Window.TotalMilliseconds}"));
        return receiver;
    }

    private static async Task ConfigureAsync(TestEmulator emulator, params (string Name, string Value)[] settings) =>
        (await emulator.FormAsync($"/v1/Services/{emulator.Options.ServiceSid}", settings)).ShouldBe(200);

    private static async Task MarkAsync(TwilsockClient client) =>
        (await client.RequestAsync("POST", "/v3/Documents", new { })).HttpStatus.Should().Be(201);
}
