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
        await app.RefusesAsync("getService", new { service = 2 }, "service");
    }

    [Fact]
    public async Task Each_service_is_read_under_its_SID()
    {
        string second = (await app.ResolveAsync("getService", new { service = "second" })).Text("sid");
        (await app.ResolveAsync("getService", new { service = second })).Text("sid").Should().Be(second);
        await app.ResolveAsync("createDocument", new { docName = "by-sid", data = new { a = 1 }, service = second });
        (await app.ResolveAsync("getDocument", new { docName = "by-sid", service = "second" })).Text("serviceSid").Should().Be(second);
        (await app.ResolveAsync("searchDocument", new { docName = "by-sid" })).GetString().Should().BeEmpty("another service is the default one");

        foreach (string unknown in (string[])["IS" + new string('9', 32), second.Replace("IS", "is", StringComparison.Ordinal), second[..^1], "AC" + second[2..]])
        {
            await app.RefusesAsync("getService", new { service = unknown }, "service");
        }
    }

    [Fact]
    public async Task The_digits_of_a_SID_may_be_written_in_capitals_and_two_keys_may_have_one_SID()
    {
        const string Sid = "ISabcdefabcdefabcdefabcdefabcdefab";
        await using TestApp shared = await TestApp.StartAsync(new Dictionary<string, string?>
        {
            ["Sync:Services:one:ServiceSid"] = Sid,
            ["Sync:Services:other:ServiceSid"] = Sid,
        });

        foreach (string service in (string[])["one", "other", Sid, Sid.ToUpperInvariant()])
        {
            (await shared.ResolveAsync("getService", new { service })).Text("sid").Should().Be(Sid);
        }
    }

    [Fact]
    public async Task The_accounts_default_service_has_a_SID_too_for_which_Sync_is_asked_once()
    {
        string sid = "IS" + new string('0', 32);
        await using TestApp alone = await TestApp.StartAsync();

        (await alone.ResolveAsync("getService", new { service = sid })).Text("sid").Should().Be(sid);
        alone.Sync.Count.Should().Be(2);
        (await alone.ResolveAsync("getService", new { service = sid })).Text("sid").Should().Be(sid);
        await alone.RefusesAsync("getService", new { service = "IS" + new string('1', 32) }, "service");
        alone.Sync.Count.Should().Be(3);
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
