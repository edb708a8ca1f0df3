using System.Text.Json;

using SyncFunctions.Tests.Emulator.Webhooks;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Functions;

/// <summary>The functions that show what happens in the app's own emulator.</summary>
public sealed class InspectionFunctionTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private readonly TestApp app = fixture.App;

    public static TheoryData<string, string> Functions => new()
    {
        { "getRequests", "{}" },
        { "getEvents", "{}" },
        { "getWebhookDeliveries", "{}" },
        { "sendWebhookDelivery", """{"deliveryId":1}""" },
        { "getConnections", "{}" },
        { "dropConnection", """{"connectionId":"a"}""" },
    };

    [Fact]
    public async Task The_calls_of_other_functions_are_among_the_requests()
    {
        string name = Calls.NewName();
        await app.ResolveAsync("createDocument", new { docName = name, data = new { a = 1 } });
        await app.FailAsync("createDocument", new { docName = name, data = new { a = 1 } });
        await app.ResolveAsync("getDocument", new { docName = name });

        JsonElement page = await app.ResolveAsync("getRequests", new { path = "Documents", method = "POST", pageSize = 2 });

        JsonElement[] items = [.. page.GetProperty("items").EnumerateArray()];
        items.Select(item => (item.GetProperty("status").GetInt32(), item.GetProperty("form").Text("UniqueName"))).Should().Equal((409, name), (201, name));
        (await app.ResolveAsync("getRequests", new { path = name, after = items[0].GetProperty("id").GetInt64() }))
            .GetProperty("items").GetArrayLength().Should().Be(1, "the page follows");
        (await app.QueryAsync(HttpMethod.Get, "getRequests", ("status", "409"), ("pageSize", "1")).ResolvedAsync())
            .GetProperty("items")[0].GetProperty("code").GetInt32().Should().Be(54301);
    }

    [Fact]
    public async Task What_the_emulator_answers_is_passed_on_as_it_is()
    {
        string name = Calls.NewName();
        await app.PostJsonAsync("createDocument", "{\"docName\":\"" + name + "\",\"data\":{\"n\":1.50,\"t\":\"<ü>\"}}");

        using HttpResponseMessage response = await app.CallAsync("getEvents", new { @object = name });

        response.Headers.CacheControl!.NoStore.Should().BeTrue();
        (await response.Content.ReadAsStringAsync()).Should().Contain("""
            "data":{"n":1.50,"t":"<ü>"}
            """);
    }

    [Fact]
    public async Task Events_are_those_of_all_services_or_of_one()
    {
        await using TestApp two = await TestApp.StartAsync(ServicesFixture.Settings);
        await two.ResolveAsync("createDocument", new { docName = "first", data = new { } });
        await two.ResolveAsync("createDocument", new { docName = "second", data = new { }, service = "second" });

        (await NamesAsync(new { })).Should().Equal("second", "first");
        (await NamesAsync(new { service = "Default" })).Should().Equal("first");
        (await NamesAsync(new { service = "second" })).Should().Equal("second");
        (await NamesAsync(new { service = ServicesFixture.SecondSid.ToUpperInvariant() })).Should().Equal("second");
        (await NamesAsync(new { service = "IS" + new string('0', 32) })).Should().Equal("first");
        await two.RefusesAsync("getEvents", new { service = "other" }, "service");
        await two.RefusesAsync("getEvents", new { service = "IS" + new string('9', 32) }, "service");

        async Task<IEnumerable<string>> NamesAsync(object parameters) => (await two.ResolveAsync("getEvents", parameters))
            .GetProperty("items").EnumerateArray().Select(item => item.Text("uniqueName"));
    }

    [Fact]
    public async Task A_delivery_is_sent_again()
    {
        await using TestApp own = await TestApp.StartAsync();
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        using HttpClient rest = new() { BaseAddress = own.Emulator.Url };
        rest.DefaultRequestHeaders.Authorization = TestEmulator.Basic("AC" + new string('0', 32), "0123456789abcdef0123456789abcdef");
        using FormUrlEncodedContent webhook = new(
            [KeyValuePair.Create("WebhookUrl", receiver.Url.AbsoluteUri), KeyValuePair.Create("WebhooksFromRestEnabled", "true")]);
        (await rest.PostAsync(new Uri("/v1/Services/default", UriKind.Relative), webhook)).EnsureSuccessStatusCode();
        await own.ResolveAsync("createDocument", new { docName = "d", data = new { } });
        await receiver.WaitAsync(1);

        JsonElement again = await own.ResolveAsync("sendWebhookDelivery", new { deliveryId = 1 });

        again.GetProperty("repeats").GetInt64().Should().Be(1);
        receiver.Taken.Should().HaveCount(2).And.OnlyContain(delivery => delivery.IsSigned && delivery.EventType == "document_created");
        (await own.ResolveAsync("getWebhookDeliveries", new { status = "2xx", pageSize = 1 })).GetProperty("items")[0].GetProperty("id").GetInt64().Should().Be(2);
        (await own.ResolveAsync("getWebhookDeliveries", new { status = "none" })).GetProperty("items").GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task A_missing_entry_is_404_with_its_parameter()
    {
        await app.RefusesAsync("sendWebhookDelivery", new { deliveryId = 12345 }, "deliveryId", 404);
        await app.RefusesAsync("dropConnection", new { connectionId = "nobody" }, "connectionId", 404);
    }

    [Theory]
    [InlineData("getRequests", "status", "4")]
    [InlineData("getRequests", "status", "4XX")]
    [InlineData("getRequests", "status", "601")]
    [InlineData("getRequests", "status", "none")]
    [InlineData("getWebhookDeliveries", "status", "ok")]
    public Task An_invalid_status_is_refused(string function, string parameter, string value) =>
        app.RefusesAsync(function, new Dictionary<string, string> { [parameter] = value }, parameter);

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task A_Sync_service_elsewhere_cannot_be_inspected(string function, string parameters)
    {
        await using TestEmulator elsewhere = await TestEmulator.StartAsync();
        Dictionary<string, string?> settings = TestApp.TwilioAt(elsewhere.Server.Url);
        settings.Remove("Sync:Services:default:ServiceSid");
        settings["Sync:Services:other:ServiceSid"] = "IS" + new string('0', 32);
        await using TestApp connected = await TestApp.StartAsync(settings);

        Problem problem = await connected.PostJsonAsync(function, parameters).FailedAsync();

        problem.Should().BeEquivalentTo(new { Status = 403, Parameter = (string?)null });
        problem.Detail.Should().Be($"{function} works with the app's own emulator only: this app is connected to a Sync service elsewhere.");
        connected.Sync.Count.Should().Be(0);
    }
}
