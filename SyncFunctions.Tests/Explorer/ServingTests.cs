using System.Net;
using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Explorer;

/// <summary>The addresses at which the explorer is served, and those at which it is not.</summary>
public sealed class ServingTests
{
    private static readonly string Service = "IS" + new string('2', 32);

    [Fact]
    public async Task The_bare_address_leads_to_the_page_and_so_does_one_with_a_slash_too_many()
    {
        await using TestApp app = await TestApp.StartAsync();
        using HttpClient http = new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = app.Url };

        foreach ((string path, string location) in new[] { ("/", "/api/explorer"), ("/explorer", "/api/explorer"), ("/api/explorer/", "../explorer") })
        {
            using HttpResponseMessage response = await http.GetAsync(new Uri(path, UriKind.Relative));
            response.StatusCode.Should().Be(HttpStatusCode.Found);
            response.Headers.Location!.OriginalString.Should().Be(location);
        }
    }

    [Fact]
    public async Task Turned_off_there_is_no_page()
    {
        await using TestApp app = await TestApp.StartAsync(new Dictionary<string, string?> { ["Explorer:Enabled"] = "false" });

        foreach (string path in (string[])["explorer", "explorer/main.js", "explorer/config.json"])
        {
            Problem problem = await Problem.ReadAsync(await app.Http.GetAsync(new Uri(path, UriKind.Relative)));
            problem.Status.Should().Be(404);
            problem.Detail.Should().Contain("Explorer__Enabled");
        }

        (await app.Http.GetAsync(new Uri("/", UriKind.Relative))).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData(null, null, "wss://tsock.us1.twilio.com/v3/wsconnect")]
    [InlineData("ie1", null, "wss://tsock.ie1.twilio.com/v3/wsconnect")]
    [InlineData(null, "http://127.0.0.1:7072", "ws://127.0.0.1:7072/v3/wsconnect")]
    public async Task The_pages_configuration_has_the_realtime_address_and_no_secret(string? region, string? baseUrl, string realtime)
    {
        Dictionary<string, string?> settings = TestApp.TwilioAt(new Uri(baseUrl ?? "https://sync.twilio.com"));
        settings["Sync:BaseUrl"] = baseUrl;
        settings["Twilio:Region"] = region;
        await using TestApp app = await TestApp.StartAsync(settings);

        using HttpResponseMessage response = await app.Http.GetAsync(new Uri("explorer/config.json", UriKind.Relative));

        JsonElement configuration = await TestEmulator.JsonAsync(response);
        configuration.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString()).Should().BeEquivalentTo(
            new Dictionary<string, string> { ["host"] = "functions", ["backend"] = "twilio", ["realtime"] = realtime });
        response.Headers.GetValues("Content-Security-Policy").Single().Should().Contain($"connect-src 'self' {new Uri(realtime).GetLeftPart(UriPartial.Authority)};");
    }

    [Fact]
    public async Task The_emulator_serves_it_beside_its_API_which_still_requires_credentials()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using HttpClient http = new() { BaseAddress = emulator.Server.Url };

        (await http.GetStringAsync(new Uri("/", UriKind.Relative))).Should().StartWith("<!doctype html>");
        (await http.GetAsync(new Uri("/explorer/main.js", UriKind.Relative))).Content.Headers.ContentType!.MediaType.Should().Be("text/javascript");
        using HttpRequestMessage head = new(HttpMethod.Head, "/");
        (await http.SendAsync(head)).StatusCode.Should().Be(HttpStatusCode.OK);
        using HttpResponseMessage post = await http.PostAsync(new Uri("/", UriKind.Relative), null);
        post.StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
        post.Content.Headers.Allow.Should().BeEquivalentTo("GET", "HEAD");
        (await http.GetAsync(new Uri("/explorer/nothing.js", UriKind.Relative))).StatusCode.Should().Be(HttpStatusCode.NotFound);
        foreach (string path in (string[])["/v1/Services", "/explorer", "/explorer/", "/explorers", "/x"])
        {
            (await http.GetAsync(new Uri(path, UriKind.Relative))).StatusCode.Should().Be(HttpStatusCode.Unauthorized, path);
        }

        using HttpRequestMessage foreign = new(HttpMethod.Get, "/");
        foreign.Headers.Host = "evil.example";
        (await http.SendAsync(foreign)).StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task The_configured_services_are_listed_the_default_one_first()
    {
        await using TestApp app = await TestApp.StartAsync(new Dictionary<string, string?> { ["Sync:Services:another:ServiceSid"] = Service });

        JsonElement services = await app.ResolveAsync("getServices", new { });

        services.GetProperty("items").EnumerateArray().Select(service => (service.GetProperty("key").GetString(), service.GetProperty("sid").GetString(), service.GetProperty("isDefault").GetBoolean()))
            .Should().Equal(("default", "IS" + new string('0', 32), true), ("another", Service, false));
    }

    [Fact]
    public async Task No_default_service_is_needed_to_list_the_others()
    {
        Dictionary<string, string?> settings = TestApp.TwilioAt(new Uri("http://127.0.0.1:9"));
        settings.Remove("Sync:Services:default:ServiceSid");
        settings["Sync:Services:another:ServiceSid"] = Service;
        await using TestApp app = await TestApp.StartAsync(settings);

        JsonElement services = await app.ResolveAsync("getServices", new { });

        services.GetProperty("items").EnumerateArray().Single().GetProperty("isDefault").GetBoolean().Should().BeFalse();
        app.Sync.Count.Should().Be(0);
    }
}
