using System.Text.Json;

using Microsoft.Extensions.Time.Testing;

using SyncFunctions.Tests.Emulator.Webhooks;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Inspection;

/// <summary>What the emulator shows of webhook deliveries, and that they can be sent again.</summary>
public sealed class DeliveryTests : IAsyncLifetime
{
    private TestEmulator emulator = null!;
    private InspectionClient inspection = null!;

    public async ValueTask InitializeAsync()
    {
        emulator = await TestEmulator.StartAsync();
        inspection = new InspectionClient(emulator);
    }

    public ValueTask DisposeAsync() => emulator.DisposeAsync();

    [Fact]
    public async Task A_delivery_is_shown_as_it_was_sent_and_answered()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await SubscribeAsync(new UriBuilder(receiver.Url) { UserName = "alice", Password = "a-password", Path = "hook" }.Uri);
        await emulator.PostAsync("Documents", ("UniqueName", "a b"), ("Data", """{"a":"ü"}"""));

        JsonElement delivery = (await inspection.ItemsAsync("deliveries", items => items is [var one] && one.Text("state") == "delivered"))[0];

        WebhookDelivery arrived = receiver.Taken.Should().ContainSingle().Subject;
        delivery.Text("url").Should().Be(new Uri(receiver.Url, "hook").AbsoluteUri);
        delivery.Text("eventType").Should().Be("document_created");
        delivery.Text("serviceSid").Should().Be(emulator.Options.ServiceSid);
        delivery.Text("signature").Should().Be(arrived.Signature);
        delivery.Text("body").Should().StartWith("AccountSid=AC").And.Contain("&DocumentUniqueName=a+b&").And.EndWith("&DocumentData=%7B%22a%22%3A%22%C3%BC%22%7D");
        delivery.GetProperty("status").GetInt32().Should().Be(200);
        delivery.GetProperty("attempts").GetInt32().Should().Be(1);
        delivery.GetProperty("repeats").ValueKind.Should().Be(JsonValueKind.Null);
        delivery.GetRawText().Should().NotContain("a-password");
    }

    [Fact]
    public async Task A_delivery_that_was_refused_is_shown_and_sent_again()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync((_, number) => Task.FromResult(number == 1 ? 418 : 200));
        await SubscribeAsync(new UriBuilder(receiver.Url) { UserName = "alice", Password = "a-password" }.Uri);
        await emulator.PostAsync("Documents", ("UniqueName", "d"));
        JsonElement refused = (await inspection.ItemsAsync("deliveries?status=418", items => items is [var one] && one.Text("state") == "dropped"))[0];

        SyncAnswer again = await inspection.SendAsync(HttpMethod.Post, $"deliveries/{refused.GetProperty("id")}/send");

        again.ShouldBe(200);
        again.Body.Text("state").Should().Be("delivered");
        again.Body.GetProperty("repeats").GetInt64().Should().Be(refused.GetProperty("id").GetInt64());
        again.Body.Text("body").Should().Be(refused.Text("body"));
        receiver.Arrived.Should().HaveCount(2).And.OnlyContain(delivery => delivery.IsSigned && delivery.Authorization.StartsWith("Basic "));
        (await inspection.ItemsAsync("deliveries")).Select(item => item.GetProperty("id").GetInt64()).Should().Equal(2, 1);
    }

    [Fact]
    public async Task A_delivery_without_a_response_is_shown_with_the_reason_and_its_attempts()
    {
        using ReservedPort nobody = new();
        await SubscribeAsync(new Uri($"http://127.0.0.1:{nobody.Number}/hook"));
        await emulator.PostAsync("Documents", ("UniqueName", "d"));

        JsonElement delivery = (await inspection.ItemsAsync(
            "deliveries?status=none", items => items is [var one] && one.GetProperty("attempts").GetInt32() > 1 && one.GetProperty("error").ValueKind != JsonValueKind.Null))[0];

        delivery.Text("state").Should().Be("pending");
        delivery.GetProperty("status").ValueKind.Should().Be(JsonValueKind.Null);
        delivery.Text("error").Should().Contain($"127.0.0.1:{nobody.Number}");
        SyncAnswer again = await inspection.SendAsync(HttpMethod.Post, $"deliveries/{delivery.GetProperty("id")}/send");
        again.Body.Text("state").Should().Be("dropped", "it is sent again once");
    }

    [Fact]
    public async Task A_slow_receiver_does_not_delay_the_response()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using TestEmulator waiting = await TestEmulator.StartAsync(time);
        InspectionClient clock = new(waiting);
        TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync(async (_, number) =>
        {
            if (number == 2)
            {
                await answer.Task;
            }

            return 200;
        });
        await waiting.PostAsync($"/v1/Services/{waiting.Options.ServiceSid}", ("WebhookUrl", receiver.Url.AbsoluteUri), ("WebhooksFromRestEnabled", "true"));
        await waiting.PostAsync("Documents", ("UniqueName", "d"));
        await clock.ItemsAsync("deliveries", items => items is [var one] && one.Text("state") == "delivered");

        Task<SyncAnswer> again = clock.SendAsync(HttpMethod.Post, "deliveries/1/send");
        while (!again.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        (await again).Body.Text("state").Should().Be("pending");
        answer.SetResult();
        await clock.ItemsAsync("deliveries", items => items is [var newest, _] && newest.Text("state") == "delivered");
    }

    private Task<HttpResponseMessage> SubscribeAsync(Uri url) => emulator.PostAsync(
        $"/v1/Services/{emulator.Options.ServiceSid}", ("WebhookUrl", url.AbsoluteUri), ("WebhooksFromRestEnabled", "true"));
}
