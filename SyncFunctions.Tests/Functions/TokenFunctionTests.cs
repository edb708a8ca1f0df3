using System.Net;
using System.Text.Json;

using Microsoft.Extensions.Time.Testing;

using SyncFunctions.Configuration;
using SyncFunctions.Emulator;
using SyncFunctions.Emulator.Realtime;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Functions;

public sealed class TokenFunctionTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private readonly TestApp app = fixture.App;

    public static TheoryData<string, string> Refused => new()
    {
        { """{}""", "identity" },
        { """{"identity":""}""", "identity" },
        { """{"identity":5}""", "identity" },
        { """{"identity":"a\u0000"}""", "identity" },
        { $$"""{"identity":"{{new string('a', 257)}}"}""", "identity" },
        { """{"identity":"alice","ttl":0}""", "ttl" },
        { """{"identity":"alice","ttl":86401}""", "ttl" },
        { """{"identity":"alice","ttl":1.5}""", "ttl" },
        { """{"identity":"alice","ttl":"keep"}""", "ttl" },
        { """{"identity":"alice","chatServiceSid":"MG00000000000000000000000000000000"}""", "chatServiceSid" },
        { """{"identity":"alice","room":""}""", "room" },
        { """{"identity":"alice","room":7}""", "room" },
        { """{"identity":"alice","service":"nope"}""", "service" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_no_token_can_be_made_of_is_refused_by_name(string body, string parameter)
    {
        using StringContent content = new(body, System.Text.Encoding.UTF8, "application/json");
        Problem problem = await Problem.ReadAsync(await app.Http.PostAsync(new Uri("createToken", UriKind.Relative), content));

        problem.Status.Should().Be(400);
        problem.Parameter.Should().Be(parameter);
    }

    [Fact]
    public async Task A_token_expires_when_the_answer_says()
    {
        JsonElement issued = await app.ResolveAsync("createToken", new { identity = "alice", ttl = 60 });

        AccessToken read = await Tokens(TimeProvider.System).ReadAsync(issued.GetProperty("token").GetString());
        read.Identity.Should().Be("alice").And.Be(issued.GetProperty("identity").GetString());
        read.Expires.UtcDateTime.Should().Be(issued.GetProperty("expires").GetDateTime());
        read.Expires.Should().BeCloseTo(DateTimeOffset.UtcNow.AddSeconds(60), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task The_emulator_refuses_a_token_once_it_has_expired()
    {
        JsonElement issued = await app.ResolveAsync("createToken", new { identity = "alice", ttl = 60 });
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        time.Advance(TimeSpan.FromSeconds(61));

        Func<Task> read = () => Tokens(time).ReadAsync(issued.GetProperty("token").GetString());

        (await read.Should().ThrowAsync<TokenRefusedException>()).Which.Code.Should().Be(20104);
    }

    [Fact]
    public async Task Without_an_API_key_no_token_can_be_made_and_the_answer_says_what_is_missing()
    {
        await using TestApp keyless = await TestApp.StartAsync(TestApp.TwilioAt(new Uri("http://127.0.0.1:9")));

        Problem problem = await keyless.FailAsync("createToken", new { identity = "alice" });

        problem.Status.Should().Be(409);
        problem.Detail.Should().Contain("Twilio__ApiKeySid");
    }

    [Theory]
    [InlineData("""{"identity":"alice"}""", 3600)]
    [InlineData("""{"identity":"alice@example.com é😀 +49","ttl":120}""", 120)]
    [InlineData("""{"identity":"bob","ttl":86400,"chatServiceSid":"IS11111111111111111111111111111111"}""", 86400)]
    [InlineData("""{"identity":"bob","chatServiceSid":"IS11111111111111111111111111111111","room":"daily stand-up"}""", 3600)]
    public async Task A_token_is_claim_by_claim_that_of_the_official_helper(string body, int ttl)
    {
        NodeProgram node = await NodeProgram.InstallAsync();
        Assert.SkipWhen(node.Unavailable is not null, node.Unavailable ?? "");
        using JsonDocument parameters = JsonDocument.Parse(body);
        JsonElement issued = await app.ResolveAsync("createToken", parameters.RootElement);
        EmulatorOptions options = new();
        Dictionary<string, object?> request = new()
        {
            ["accountSid"] = options.AccountSid,
            ["keySid"] = options.ApiKeySid,
            ["secret"] = options.ApiKeySecret,
            ["serviceSid"] = "default",
            ["ttl"] = ttl,
            ["identity"] = parameters.RootElement.GetProperty("identity").GetString(),
            ["chatServiceSid"] = parameters.RootElement.TryGetProperty("chatServiceSid", out JsonElement chat) ? chat.GetString() : null,
            ["room"] = parameters.RootElement.TryGetProperty("room", out JsonElement room) ? room.GetString() : null,
        };

        NodeRun run = await node.RunAsync(
            ["token.mjs"],
            new Dictionary<string, string>
            {
                ["REQUEST"] = JsonSerializer.Serialize(request),
                ["TOKEN"] = issued.GetProperty("token").GetString()!,
            },
            TimeSpan.FromMinutes(1));

        run.ExitCode.Should().Be(0, run.Errors);
        using JsonDocument tokens = JsonDocument.Parse(run.Output);
        JsonElement official = tokens.RootElement.GetProperty("official");
        JsonElement ours = tokens.RootElement.GetProperty("ours");
        Claims(ours.GetProperty("header")).Should().BeEquivalentTo(Claims(official.GetProperty("header")));
        Claims(ours.GetProperty("payload")).Should().BeEquivalentTo(Claims(official.GetProperty("payload")));
        (ours.GetProperty("payload").GetProperty("exp").GetInt64() - ours.GetProperty("payload").GetProperty("iat").GetInt64()).Should().Be(ttl);
    }

    [Fact]
    public async Task Pages_of_other_origins_may_call_only_if_they_are_configured()
    {
        await using TestApp open = await TestApp.StartAsync(
            new Dictionary<string, string?> { ["Cors:AllowedOrigins"] = "http://127.0.0.1:8080, https://example.com/" });

        (await AllowedOriginAsync(app, "https://example.com")).Should().BeNull("no origin is configured by default");
        (await AllowedOriginAsync(open, "https://example.com")).Should().Be("https://example.com");
        (await AllowedOriginAsync(open, "http://127.0.0.1:8080")).Should().Be("http://127.0.0.1:8080");
        (await AllowedOriginAsync(open, "https://example.org")).Should().BeNull();
    }

    [Fact]
    public async Task A_browser_is_told_before_it_sends_which_methods_and_headers_it_may_use()
    {
        await using TestApp open = await TestApp.StartAsync(new Dictionary<string, string?> { ["Cors:AllowedOrigins"] = "https://example.com" });
        using HttpRequestMessage preflight = new(HttpMethod.Options, new Uri("setMapItem", UriKind.Relative));
        preflight.Headers.Add("Origin", "https://example.com");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "content-type,x-functions-key");

        using HttpResponseMessage response = await open.Http.SendAsync(preflight);

        response.StatusCode.Should().Be(HttpStatusCode.NoContent);
        response.Headers.GetValues("Access-Control-Allow-Methods").Single().Should().Contain("POST");
        response.Headers.GetValues("Access-Control-Allow-Headers").Single().Should().Contain("x-functions-key");
    }

    [Theory]
    [InlineData("*")]
    [InlineData("example.com")]
    [InlineData("https://example.com/page")]
    public async Task What_is_no_origin_is_refused_at_start_by_name(string origins)
    {
        Func<Task> start = () => TestApp.StartAsync(new Dictionary<string, string?> { ["Cors:AllowedOrigins"] = origins });

        (await start.Should().ThrowAsync<StartupException>()).WithMessage("Cors__AllowedOrigins*");
    }

    private static AccessTokens Tokens(TimeProvider time) => new(new EmulatorOptions(), time);

    private static async Task<string?> AllowedOriginAsync(TestApp app, string origin)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri("createToken?identity=alice", UriKind.Relative));
        request.Headers.Add("Origin", origin);
        using HttpResponseMessage response = await app.Http.SendAsync(request);
        string? permitted = response.Headers.TryGetValues("Access-Control-Allow-Origin", out IEnumerable<string>? allowed) ? allowed.Single() : null;
        response.StatusCode.Should().Be(permitted is null ? HttpStatusCode.Forbidden : HttpStatusCode.OK);
        return permitted;
    }

    // Every claim as text; those of the moment are as long as they should be, and nothing more can be said of them.
    private static Dictionary<string, string> Claims(JsonElement claims) => claims.EnumerateObject().ToDictionary(
        claim => claim.Name,
        claim => claim.Name switch
        {
            "iat" or "exp" => $"{claim.Value.GetInt64().ToString(System.Globalization.CultureInfo.InvariantCulture).Length} digits",
            "jti" => claim.Value.GetString()![..^10],
            "grants" => string.Join("; ", claim.Value.EnumerateObject().OrderBy(grant => grant.Name, StringComparer.Ordinal).Select(grant => grant.ToString())),
            _ => claim.Value.ToString(),
        });
}
