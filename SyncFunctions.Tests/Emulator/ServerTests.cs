using System.Net.WebSockets;

using Microsoft.Extensions.Time.Testing;

using SyncFunctions.Emulator;
using SyncFunctions.Tests.Support;

using Twilio.Clients;
using Twilio.Exceptions;
using Twilio.Http;
using Twilio.Rest.Sync.V1;
using Twilio.Rest.Sync.V1.Service;

namespace SyncFunctions.Tests.Emulator;

/// <summary>The emulator as used in tests: in the same process, and reset between tests.</summary>
public sealed class ServerTests
{
    [Fact]
    public async Task Without_options_it_takes_a_free_port_serves_Twilios_SDK_and_leaves_nothing_behind()
    {
        string dataFile;
        await using (EmulatorServer emulator = await EmulatorServer.StartAsync())
        {
            dataFile = emulator.DataFile;
            emulator.Url.IsLoopback.Should().BeTrue();
            emulator.RealtimeUrl.Should().Be(new Uri($"ws://{emulator.Url.Authority}/v3/wsconnect"));

            DocumentResource document = await DocumentResource.CreateAsync("default", uniqueName: "d", data: new { a = 1 }, client: Sdk(emulator));

            document.ServiceSid.Should().Be(emulator.Options.ServiceSid);
            File.Exists(dataFile).Should().BeTrue();
        }

        Directory.Exists(Path.GetDirectoryName(dataFile)).Should().BeFalse();
    }

    [Fact]
    public async Task The_clock_of_a_test_decides_when_something_expires()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using EmulatorServer emulator = await EmulatorServer.StartAsync(timeProvider: time);
        TwilioRestClient client = Sdk(emulator);
        await DocumentResource.CreateAsync("default", uniqueName: "d", ttl: 60, client: client);

        time.Advance(TimeSpan.FromSeconds(61));

        Func<Task> fetching = () => DocumentResource.FetchAsync("default", "d", client: client);
        (await fetching.Should().ThrowAsync<ApiException>()).Which.Status.Should().Be(404);
    }

    [Fact]
    public async Task A_reset_removes_all_data_and_services_and_the_settings_of_those_that_stay()
    {
        await using EmulatorServer emulator = await EmulatorServer.StartAsync();
        TwilioRestClient client = Sdk(emulator);
        ServiceResource other = await ServiceResource.CreateAsync(friendlyName: "other", client: client);
        await ServiceResource.UpdateAsync("default", aclEnabled: true, webhookUrl: new Uri("http://127.0.0.1:1/"), client: client);
        foreach (string service in (string[])["default", other.Sid])
        {
            await DocumentResource.CreateAsync(service, uniqueName: "d", client: client);
        }

        await emulator.ResetAsync();

        emulator.HasObjects().Should().BeFalse();
        ServiceResource left = (await ServiceResource.ReadAsync(client: client)).Should().ContainSingle().Which;
        (left.Sid, left.UniqueName, left.AclEnabled).Should().Be((emulator.Options.ServiceSid, "default", false));
        left.WebhookUrl.Should().BeNull();
        (await DocumentResource.CreateAsync("default", uniqueName: "d", client: client)).Revision.Should().Be("0", "the name is free");
    }

    [Fact]
    public async Task A_reset_sends_realtime_clients_the_removals_and_keeps_them_connected()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        string sid = (await emulator.FormAsync("Documents", ("UniqueName", "d"))).Sid;
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        await client.SubscribeAsync(1, [sid]);

        await emulator.Server.ResetAsync();

        await client.EventAsync("document_removed");
        client.State.Should().Be(WebSocketState.Open);
    }

    [Fact]
    public async Task A_reset_creates_a_removed_service_again()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        (await emulator.DeleteAsync(emulator.Http.BaseAddress!.AbsoluteUri.TrimEnd('/'))).ShouldBe(204);

        await emulator.Server.ResetAsync();

        (await emulator.GetAsync("Documents")).ShouldBe(200);
    }

    [Fact]
    public async Task A_reset_of_much_more_than_a_batch_leaves_nothing()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 450).Select(_ => emulator.FormAsync("Lists")));

        await emulator.Server.ResetAsync();

        emulator.Server.HasObjects().Should().BeFalse();
    }

    [Fact]
    public async Task A_stopped_emulator_takes_no_requests_and_can_still_be_exported()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        await emulator.FormAsync("Documents", ("UniqueName", "d"));

        await emulator.Server.StopAsync();

        using MemoryStream stream = new();
        (await emulator.Server.ExportAsync(stream)).Objects.Should().Be(1);
        Func<Task> calling = () => emulator.Http.GetAsync(new Uri("Documents", UriKind.Relative));
        await calling.Should().ThrowAsync<HttpRequestException>();
    }

    private static TwilioRestClient Sdk(EmulatorServer emulator) => new(
        emulator.Options.AccountSid, emulator.Options.AuthToken, httpClient: new SystemNetHttpClient(new System.Net.Http.HttpClient(emulator.CreateHandler())));
}
