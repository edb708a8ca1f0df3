using System.Net;
using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Functions;

public sealed class ServiceTests(ServicesFixture fixture) : IClassFixture<ServicesFixture>
{
    private readonly TestApp app = fixture.App;

    [Fact]
    public async Task The_settings_of_a_service_are_read()
    {
        JsonElement service = await app.ResolveAsync("getService", new { });
        service.Members().Should().BeEquivalentTo(
            "sid", "uniqueName", "accountSid", "friendlyName", "dateCreated", "dateUpdated", "url", "webhookUrl", "webhooksFromRestEnabled",
            "reachabilityWebhooksEnabled", "aclEnabled", "reachabilityDebouncingEnabled", "reachabilityDebouncingWindow", "links");
        service.Text("sid").Should().Be("IS" + new string('0', 32));
        service.GetProperty("links").Members().Should().BeEquivalentTo("documents", "lists", "maps", "streams");
        service.GetProperty("webhooksFromRestEnabled").GetBoolean().Should().BeFalse();
        service.GetProperty("reachabilityDebouncingWindow").GetInt32().Should().Be(5000);
    }

    [Fact]
    public async Task Each_service_is_read_under_its_key()
    {
        (await app.ResolveAsync("getService", new { service = "second" })).Text("sid").Should().Be(ServicesFixture.SecondSid);
        (await app.ResolveAsync("getService", new { service = "SECOND" })).Text("sid").Should().Be(ServicesFixture.SecondSid);
        await app.RefusesAsync("getService", new { service = "third" }, "service");
        await app.RefusesAsync("getService", new { service = "" }, "service");
        await app.RefusesAsync("getService", new { service = ServicesFixture.SecondSid }, "service");
        await app.RefusesAsync("getService", new { service = 2 }, "service");
    }

    [Fact]
    public async Task A_service_is_read_by_GET_and_POST_and_nothing_else()
    {
        foreach (string method in (string[])["GET", "POST"])
        {
            JsonElement service = await app.QueryAsync(new HttpMethod(method), "getService", ("service", "second")).ResolvedAsync();
            service.Text("sid").Should().Be(ServicesFixture.SecondSid);
        }

        foreach (string method in (string[])["DELETE", "PUT", "PATCH"])
        {
            using HttpResponseMessage response = await app.SendAsync(new HttpMethod(method), "getService");
            response.StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
        }
    }
}
