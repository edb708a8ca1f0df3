using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Telemetry;

/// <summary>What the emulator tells of itself.</summary>
[Collection(Measuring.Name)]
public sealed class EmulatorTelemetryTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Requests_and_commits_are_measured()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using MetricRecorder metrics = new("SyncFunctions.Emulator");

        using HttpResponseMessage created = await emulator.PostAsync("Documents", ("UniqueName", "d"), ("Data", "{}"));
        using HttpResponseMessage missing = await emulator.Http.GetAsync(new Uri("Documents/nowhere", UriKind.Relative), TestContext.Current.CancellationToken);
        await WaitAsync(() => metrics.Of("sync.emulator.request.duration").Count == 2);

        metrics.Of("sync.emulator.request.duration").Select(measured => measured.Tags).Should().Equal(
            "http.response.status_code=201 sync.operation=documents.create", "http.response.status_code=404 sync.operation=documents.fetch");
        metrics.Of("sync.emulator.commit.size").Should().Equal((1, ""));
        metrics.Of("sync.emulator.commit.duration").Should().ContainSingle().Which.Value.Should().BeInRange(0, 10);
        metrics.Read("sync.emulator.commit.queue").Should().Be(0);
    }

    [Fact]
    public async Task Realtime_clients_and_what_they_get_are_measured()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using MetricRecorder metrics = new("SyncFunctions.Emulator");
        double connections = metrics.Read("sync.emulator.connections");
        double subscriptions = metrics.Read("sync.emulator.subscriptions");

        using (TwilsockClient alice = await TwilsockClient.SignInAsync(emulator))
        {
            string document = (await alice.RequestAsync("POST", "/v3/Documents", new { unique_name = "d" })).Sid;
            await alice.SubscribeAsync(1, [document], lastEventId: -1);
            await alice.EventAsync("subscription_established");
            (metrics.Read("sync.emulator.connections"), metrics.Read("sync.emulator.subscriptions")).Should().Be((connections + 1, subscriptions + 1));

            using HttpResponseMessage updated = await emulator.PostAsync("Documents/d", ("Data", """{"a":1}"""));
            await alice.EventAsync("document_updated");
            metrics.Of("sync.emulator.events.delivered").Should().NotBeEmpty().And.OnlyContain(delivered => delivered.Value == 1);
        }

        await WaitAsync(() => metrics.Read("sync.emulator.connections") == connections && metrics.Read("sync.emulator.subscriptions") == subscriptions);
    }

    private static async Task WaitAsync(Func<bool> condition)
    {
        using CancellationTokenSource timeout = new(Timeout);
        while (!condition())
        {
            await Task.Delay(20, timeout.Token);
        }
    }
}
