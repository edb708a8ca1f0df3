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
        { """{"identity":"alice","grants":"sync,fax"}""", "grants" },
        { """{"identity":"alice","grants":[]}""", "grants" },
        { """{"identity":"alice","grants":["Sync"]}""", "grants" },
        { """{"identity":"alice","pushCredentialSid":"CR1"}""", "pushCredentialSid" },
        // Parameters of a grant that is not requested.
        { """{"identity":"alice","pushCredentialSid":"CR00000000000000000000000000000000"}""", "pushCredentialSid" },
        { """{"identity":"alice","grants":"sync,video","pushCredentialSid":"CR00000000000000000000000000000000"}""", "pushCredentialSid" },
        { """{"identity":"alice","endpointId":"phone"}""", "endpointId" },
        { """{"identity":"alice","grants":"voice","endpointId":"phone"}""", "endpointId" },
        { """{"identity":"alice","grants":"sync,chat","chatServiceSid":"IS11111111111111111111111111111111","room":"r"}""", "room" },
        { """{"identity":"alice","grants":"sync","chatServiceSid":"IS11111111111111111111111111111111"}""", "chatServiceSid" },
        { """{"identity":"alice","outgoingApplicationSid":"AP00000000000000000000000000000000"}""", "outgoingApplicationSid" },
        { """{"identity":"alice","grants":"chat","incomingAllow":true}""", "incomingAllow" },
        { """{"identity":"alice","grants":"chat"}""", "chatServiceSid" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Invalid_parameters_of_a_token_are_refused_by_name(string body, string parameter)
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

    /// <summary>A request, the life of its token, and the grants as the official helper's classes with their options.</summary>
    public static TheoryData<string, int, string> Official
    {
        get
        {
            const string Sync = """ "SyncGrant":{"serviceSid":"default"} """;
            const string Chat = "IS11111111111111111111111111111111";
            const string Push = "CR22222222222222222222222222222222";
            const string Application = "AP33333333333333333333333333333333";
            return new()
            {
                { """{"identity":"alice"}""", 3600, $"{{{Sync}}}" },
                { """{"identity":"alice@example.com é😀 +49","ttl":120}""", 120, $"{{{Sync}}}" },
                { $$"""{"identity":"bob","ttl":86400,"chatServiceSid":"{{Chat}}"}""", 86400, $$"""{ {{Sync}}, "ChatGrant":{"serviceSid":"{{Chat}}"} }""" },
                {
                    $$"""{"identity":"bob","chatServiceSid":"{{Chat}}","room":"daily stand-up"}""", 3600,
                    $$"""{ {{Sync}}, "ChatGrant":{"serviceSid":"{{Chat}}"}, "VideoGrant":{"room":"daily stand-up"} }"""
                },
                { """{"identity":"bob","grants":"sync"}""", 3600, $"{{{Sync}}}" },
                { $$"""{"identity":"bob","grants":["chat"],"chatServiceSid":"{{Chat}}"}""", 3600, $$"""{"ChatGrant":{"serviceSid":"{{Chat}}"} }""" },
                { """{"identity":"bob","grants":"video"}""", 3600, """{"VideoGrant":{}}""" },
                { """{"identity":"bob","grants":"video","room":"é"}""", 3600, """{"VideoGrant":{"room":"é"}}""" },
                { """{"identity":"bob","grants":["voice"]}""", 3600, """{"VoiceGrant":{}}""" },
                { """{"identity":"bob","grants":["voice"],"incomingAllow":true}""", 3600, """{"VoiceGrant":{"incomingAllow":true}}""" },
                {
                    $$"""{"identity":"bob","grants":"voice","incomingAllow":false,"outgoingApplicationSid":"{{Application}}","pushCredentialSid":"{{Push}}"}""", 3600,
                    $$"""{"VoiceGrant":{"outgoingApplicationSid":"{{Application}}","pushCredentialSid":"{{Push}}"} }"""
                },
                {
                    $$"""{"identity":"bob","chatServiceSid":"{{Chat}}","pushCredentialSid":"{{Push}}","endpointId":"bob's phone"}""", 3600,
                    $$"""{ {{Sync}}, "ChatGrant":{"serviceSid":"{{Chat}}","endpointId":"bob's phone","pushCredentialSid":"{{Push}}"} }"""
                },
                {
                    $$"""
                    {"identity":"bob","grants":["voice","video","chat","sync","sync"],"chatServiceSid":"{{Chat}}","pushCredentialSid":"{{Push}}","endpointId":"e",
                    "room":"r","outgoingApplicationSid":"{{Application}}","incomingAllow":true}
                    """, 3600,
                    $$"""
                    { {{Sync}}, "ChatGrant":{"serviceSid":"{{Chat}}","endpointId":"e","pushCredentialSid":"{{Push}}"}, "VideoGrant":{"room":"r"},
                    "VoiceGrant":{"incomingAllow":true,"outgoingApplicationSid":"{{Application}}","pushCredentialSid":"{{Push}}"} }
                    """
                },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Official))]
    public async Task A_token_is_claim_by_claim_that_of_the_official_helper(string body, int ttl, string grants)
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
            ["ttl"] = ttl,
            ["identity"] = parameters.RootElement.GetProperty("identity").GetString(),
            ["grants"] = JsonSerializer.Deserialize<JsonElement>(grants),
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

    [Theory]
    [InlineData("sync,video")]
    [InlineData(" sync , video ")]
    [InlineData("""["sync","video"]""")]
    public async Task Grants_may_be_given_as_text(string grants)
    {
        Task<HttpResponseMessage>[] calls =
        [
            app.QueryAsync(HttpMethod.Get, "createToken", ("identity", "alice"), ("grants", grants)),
            app.PostFormAsync("createToken", ("identity", "alice"), ("grants", grants)),
            app.PostJsonAsync("createToken", JsonSerializer.Serialize(new { identity = "alice", grants })),
        ];
        foreach (Task<HttpResponseMessage> call in calls)
        {
            Grants((await call.ResolvedAsync()).Text("token")).Members().Should().BeEquivalentTo("identity", "data_sync", "video");
        }
    }

    [Fact]
    public async Task The_Conversations_service_may_be_a_setting()
    {
        string configured = "IS" + new string('1', 32);
        string given = "IS" + new string('2', 32);
        await using TestApp chat = await TestApp.StartAsync(new Dictionary<string, string?> { ["Conversations:ServiceSid"] = configured });

        (await ServiceAsync(new { identity = "alice", grants = "sync,chat" })).Should().Be(configured);
        (await ServiceAsync(new { identity = "alice", grants = "chat", chatServiceSid = given })).Should().Be(given);
        (await ServiceAsync(new { identity = "alice", chatServiceSid = given })).Should().Be(given);
        (await ServiceAsync(new { identity = "alice" })).Should().BeNull("it was not requested");

        async Task<string?> ServiceAsync(object parameters) =>
            Grants((await chat.ResolveAsync("createToken", parameters)).Text("token")).TryGetProperty("chat", out JsonElement grant) ? grant.Text("service_sid") : null;
    }

    [Fact]
    public async Task Without_a_Conversations_service_the_answer_names_both_ways_to_give_one() =>
        (await app.FailAsync("createToken", new { identity = "alice", grants = "chat" })).Detail.Should().Contain("chatServiceSid").And.Contain("Conversations__ServiceSid");

    [Theory]
    [InlineData("default")]
    [InlineData("IS1")]
    [InlineData("CH00000000000000000000000000000000")]
    public async Task A_Conversations_service_of_another_form_is_refused_at_start_by_name(string sid)
    {
        Func<Task> start = () => TestApp.StartAsync(new Dictionary<string, string?> { ["Conversations:ServiceSid"] = sid });

        (await start.Should().ThrowAsync<StartupException>()).WithMessage("Conversations__ServiceSid*");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("TEXT/plain; charset=utf-8")]
    [InlineData("text/*")]
    [InlineData("text/plain, */*;q=0.1")]
    [InlineData("text/plain;q=0.9, application/json;q=0.8")]
    [InlineData("application/json;q=0.1, text/plain;q=0.2, */*;q=0.3")]
    [InlineData("*/*, application/json;q=0")]
    [InlineData("text/html, text/plain;q=0.1")]
    public async Task A_caller_that_prefers_text_gets_the_bare_token(string accept)
    {
        using HttpResponseMessage response = await app.SendAsync(HttpMethod.Get, "createToken?identity=alice", null, ("Accept", accept));

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().Should().Be("text/plain; charset=utf-8");
        Grants(await response.Content.ReadAsStringAsync()).Text("identity").Should().Be("alice");
        ShouldNotBeKept(response);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("*/*")]
    [InlineData("application/json")]
    [InlineData("application/json, text/plain, */*")]
    [InlineData("text/plain;q=0.5, application/json")]
    [InlineData("text/plain;q=0.5, */*")]
    [InlineData("text/*;q=0.4, application/*;q=0.5")]
    [InlineData("text/*, text/plain;q=0")]
    [InlineData("text/html")]
    [InlineData("nonsense")]
    public async Task Other_callers_get_JSON(string? accept)
    {
        using HttpResponseMessage response = await app.SendAsync(
            HttpMethod.Get, "createToken?identity=alice", null, accept is null ? [] : [("Accept", accept)]);

        (await Task.FromResult(response).ResolvedAsync()).Members().Should().Equal("identity", "token", "expires");
        ShouldNotBeKept(response);
    }

    [Fact]
    public async Task A_failure_is_a_problem_even_if_the_caller_prefers_text()
    {
        using HttpResponseMessage response = await app.SendAsync(HttpMethod.Get, "createToken", null, ("Accept", "text/plain"));

        (await Problem.ReadAsync(response)).Should().BeEquivalentTo(new { Status = 400, Parameter = "identity" });
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
    public async Task An_invalid_origin_is_refused_at_start_by_name(string origins)
    {
        Func<Task> start = () => TestApp.StartAsync(new Dictionary<string, string?> { ["Cors:AllowedOrigins"] = origins });

        (await start.Should().ThrowAsync<StartupException>()).WithMessage("Cors__AllowedOrigins*");
    }

    private static void ShouldNotBeKept(HttpResponseMessage response)
    {
        response.Headers.CacheControl!.ToString().Should().Be("no-store");
        response.Headers.Vary.Should().Contain("Accept");
    }

    private static JsonElement Grants(string token) => JsonDocument
        .Parse(Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Decode(token.Split('.')[1])).RootElement.GetProperty("grants").Clone();

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

    // Every claim as text. For claims that depend on the time, only the length is known.
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
