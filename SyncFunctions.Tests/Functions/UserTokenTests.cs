using System.Net;
using System.Text.Json;

using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

using SyncFunctions.Configuration;
using SyncFunctions.Emulator;
using SyncFunctions.Emulator.Realtime;
using SyncFunctions.Functions.SignIn;
using SyncFunctions.Tests.Functions.SignIn;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Functions;

/// <summary>Only a signed-in user gets a token, and only for their own name.</summary>
public sealed class UserTokenTests(UserTokenTests.Apps apps) : IClassFixture<UserTokenTests.Apps>
{
    private const string Password = "correct horse é😀 & battery=staple+";
    private const string Conversations = "IS11111111111111111111111111111111";
    private const string ConfiguredGrants = $$$"""{"identity":"alice","data_sync":{"service_sid":"default"},"chat":{"service_sid":"{{{Conversations}}}"}}""";
    private const string PrincipalHeader = "X-MS-CLIENT-PRINCIPAL-ID";
    private const string Principal = "3f2c0d5e-0000-4a6e-9d1e-1b2c3d4e5f60";

    private readonly TestApp app = apps.Demo;

    /// <summary>JSON bodies that do not identify a user.</summary>
    public static TheoryData<string> Strangers =>
    [
        """{"identity":"alice","password":"wrong"}""", $$"""{"identity":"mallory","password":"{{Password}}"}""", $$"""{"identity":"Alice","password":"{{Password}}"}""",
        $$"""{"identity":"ALICE","password":"{{Password}}"}""", $$"""{"identity":"alice ","password":"{{Password}}"}""", $$"""{"identity":"alice:x","password":"{{Password}}"}""",
        $$"""{"identity":"alice","password":"{{Password}} "}""", $$"""{"identity":"alice","password":"C{{Password[1..]}}"}""", $$"""{"identity":"bob","password":"{{Password}}"}""",
        """{"identity":"empty","password":" "}""", """{"identity":"alice"}""", $$"""{"password":"{{Password}}"}""", "{}", """{"identity":null,"password":null}""",
    ];

    [Fact]
    public async Task A_user_gets_a_token_for_an_hour_with_the_configured_grants()
    {
        Task<HttpResponseMessage>[] calls =
        [
            app.CallAsync("userToken", new { identity = "alice", password = Password }),
            app.PostFormAsync("userToken", ("identity", "alice"), ("password", Password)),
            app.QueryAsync(HttpMethod.Get, "userToken", ("identity", "alice"), ("password", Password)),
            app.QueryAsync(HttpMethod.Post, "userToken", ("identity", "alice"), ("password", Password)),
        ];

        foreach (Task<HttpResponseMessage> call in calls)
        {
            JsonElement issued = await call.ResolvedAsync();
            issued.Members().Should().Equal("identity", "token", "expires");
            issued.Text("identity").Should().Be("alice");
            AccessToken read = await new AccessTokens(new EmulatorOptions(), TimeProvider.System).ReadAsync(issued.Text("token"));
            read.Identity.Should().Be("alice");
            read.Expires.Should().BeCloseTo(DateTimeOffset.UtcNow.AddHours(1), TimeSpan.FromMinutes(1));
            Grants(issued.Text("token")).GetRawText().Should().Be(ConfiguredGrants);
        }
    }

    [Fact]
    public async Task A_caller_chooses_neither_grants_nor_life_nor_service()
    {
        JsonElement issued = await app.ResolveAsync(
            "userToken", new { identity = "alice", password = Password, ttl = 86_400, service = "second", grants = "video", room = "r", chatServiceSid = "IS" + new string('2', 32) });

        Grants(issued.Text("token")).GetRawText().Should().Be(ConfiguredGrants);
        issued.GetProperty("expires").GetDateTime().Should().BeBefore(DateTime.UtcNow.AddMinutes(61));
    }

    [Fact]
    public async Task A_caller_that_prefers_text_gets_the_bare_token_which_must_not_be_cached()
    {
        using HttpResponseMessage text = await app.SendAsync(
            HttpMethod.Post, "userToken", new FormUrlEncodedContent(Credentials), ("Accept", "text/plain"), ("Origin", "http://127.0.0.1:8080"));
        using HttpResponseMessage json = await app.SendAsync(HttpMethod.Post, "userToken", new FormUrlEncodedContent(Credentials));

        text.Content.Headers.ContentType!.ToString().Should().Be("text/plain; charset=utf-8");
        Grants(await text.Content.ReadAsStringAsync()).Text("identity").Should().Be("alice");
        json.Content.Headers.ContentType!.MediaType.Should().Be("application/json");
        foreach (HttpResponseMessage response in (HttpResponseMessage[])[text, json])
        {
            response.Headers.CacheControl!.ToString().Should().Be("no-store");
            response.Headers.Vary.Should().Contain("Accept");
        }

        text.Headers.Vary.Should().Contain("Origin", "both are said");
    }

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task Other_callers_get_no_token_and_do_not_learn_why(string body)
    {
        string[] answers = await Task.WhenAll(((string[])[body, """{"identity":"alice","password":"another"}"""]).Select(async sent =>
        {
            using HttpResponseMessage response = await app.PostJsonAsync("userToken", sent);
            (await Problem.ReadAsync(response)).Status.Should().Be(401);
            return $"{response.Headers} {await response.Content.ReadAsStringAsync()}".Replace(response.Headers.Date.ToString()!, "", StringComparison.Ordinal);
        }));

        WithoutDate(answers[0]).Should().Be(WithoutDate(answers[1]), "an answer tells nothing");

        static string WithoutDate(string answer) => string.Join('\n', answer.Split('\n').Where(line => !line.StartsWith("Date:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_password_may_have_256_characters_and_a_longer_one_is_refused_unread()
    {
        string longest = new('é', 256);
        await using TestApp another = await TestApp.StartAsync(new Dictionary<string, string?> { ["Tokens:Users:alice"] = Hash(longest) });

        await another.ResolveAsync("userToken", new { identity = "alice", password = longest });
        Problem problem = await another.FailAsync("userToken", new { identity = "alice", password = longest + "é" });

        problem.Should().BeEquivalentTo(new { Status = 400, Parameter = "password" });
        problem.Detail.Should().NotContain("éé");
    }

    [Fact]
    public async Task Without_users_the_response_says_how_to_configure_some()
    {
        await using TestApp empty = await TestApp.StartAsync();

        Problem problem = await empty.FailAsync("userToken", new { identity = "alice", password = Password });

        problem.Status.Should().Be(401);
        problem.Detail.Should().Contain("Tokens__Users__<name>");
    }

    [Theory]
    [InlineData("not-base64")]
    [InlineData("AAAA")]
    [InlineData("correct horse")]
    [InlineData("shortened")]
    [InlineData("cheap")]
    [InlineData("costly")]
    [InlineData("old")]
    public async Task An_invalid_hash_is_refused_at_start_by_name(string kind)
    {
        string setting = kind switch
        {
            "shortened" => Hash(Password)[..^4],
            "cheap" => PasswordHash.OfNobody(PasswordHash.MinimumIterations - 1).Text,
            "costly" => PasswordHash.OfNobody(PasswordHash.MaximumIterations + 1).Text,
            // As ASP.NET Identity 2 made them: 1,000 iterations of HMAC-SHA1.
            "old" => new PasswordHasher<string>(Microsoft.Extensions.Options.Options.Create(
                new PasswordHasherOptions { CompatibilityMode = PasswordHasherCompatibilityMode.IdentityV2 })).HashPassword("", Password),
            _ => kind,
        };
        Func<Task> start = () => TestApp.StartAsync(new Dictionary<string, string?> { ["Tokens:Users:alice"] = setting });

        (await start.Should().ThrowAsync<StartupException>()).Which.Message.Should().StartWith("Tokens__Users__alice must be a hash").And.NotContain(setting);
    }

    [Fact]
    public async Task A_name_that_configuration_takes_for_a_section_is_refused_at_start()
    {
        Func<Task> start = () => TestApp.StartAsync(new Dictionary<string, string?> { ["Tokens:Users:alice:smith"] = Hash(Password) });

        (await start.Should().ThrowAsync<StartupException>()).WithMessage("Tokens__Users__alice*");
    }

    [Fact]
    public async Task A_missing_API_key_is_reported_to_users_and_not_to_strangers()
    {
        Dictionary<string, string?> settings = TestApp.TwilioAt(new Uri("http://127.0.0.1:9"));
        settings["Tokens:Users:alice"] = Hash(Password);
        await using TestApp keyless = await TestApp.StartAsync(settings);

        (await keyless.FailAsync("userToken", new { identity = "alice", password = "wrong" })).Status.Should().Be(401);
        (await keyless.FailAsync("userToken", new { identity = "alice", password = Password })).Status.Should().Be(409);
    }

    [Fact]
    public async Task A_function_key_makes_no_difference()
    {
        await using TestApp keyed = await TestApp.StartAsync(
            new Dictionary<string, string?> { ["FunctionKeys:Host"] = "the-host-key", ["Tokens:Users:alice"] = Hash(Password) });

        await keyed.ResolveAsync("userToken", new { identity = "alice", password = Password });
        (await keyed.FailAsync("userToken?code=the-host-key", new { identity = "alice", password = "wrong" })).Status.Should().Be(401);
    }

    [Fact]
    public async Task A_caller_gets_429_while_too_many_are_waiting()
    {
        using BlockingHasher hasher = new();
        await using TestApp busy = await TestApp.StartAsync(
            new Dictionary<string, string?> { ["Tokens:Users:alice"] = Hash(Password) },
            services => services.AddSingleton(provider => new PasswordCheck(provider.GetRequiredService<SignInSettings>(), hasher)));
        int places = PasswordCheck.MaximumAtOnce + PasswordCheck.MaximumWaiting;
        List<Task<HttpResponseMessage>> calls =
            [.. Enumerable.Range(0, places + 3).Select(_ => busy.CallAsync("userToken", new { identity = "alice", password = Password }))];

        while (calls.Count > places)
        {
            Task<HttpResponseMessage> answered = await Task.WhenAny(calls);
            calls.Remove(answered);
            using HttpResponseMessage first = await answered;
            (await Problem.ReadAsync(first)).Status.Should().Be(429);
            first.Headers.RetryAfter!.Delta.Should().BePositive();
        }

        hasher.Open();
        foreach (HttpResponseMessage response in await Task.WhenAll(calls))
        {
            response.StatusCode.Should().Be(HttpStatusCode.OK);
        }

        hasher.MostAtOnce.Should().Be(PasswordCheck.MaximumAtOnce);
    }

    [Fact]
    public async Task A_user_whom_App_Service_has_signed_in_gets_a_token_for_the_principals_id()
    {
        JsonElement issued = await apps.Azure.SendAsync(HttpMethod.Get, "userToken", null, (PrincipalHeader, Principal)).ResolvedAsync();
        JsonElement named = await apps.Azure.SendAsync(HttpMethod.Get, $"userToken?identity={Principal}&password=any", null, (PrincipalHeader, Principal)).ResolvedAsync();

        issued.Text("identity").Should().Be(Principal).And.Be(named.Text("identity"));
        Grants(issued.Text("token")).Text("identity").Should().Be(Principal);
    }

    [Fact]
    public async Task A_user_whom_App_Service_has_signed_in_cannot_be_another_user()
    {
        foreach (string other in (string[])["alice", Principal.ToUpperInvariant(), $"{Principal} "])
        {
            Problem problem = await apps.Azure.SendAsync(
                HttpMethod.Get, $"userToken?{Calls.Encode(("identity", other), ("password", Password))}", null, (PrincipalHeader, Principal)).FailedAsync();
            problem.Should().BeEquivalentTo(new { Status = 403, Parameter = "identity" });
        }
    }

    [Fact]
    public async Task A_user_whom_App_Service_has_not_signed_in_needs_a_password()
    {
        (await apps.Azure.SendAsync(HttpMethod.Get, "userToken").FailedAsync()).Status.Should().Be(401);
        (await apps.Azure.SendAsync(HttpMethod.Get, "userToken", null, (PrincipalHeader, "")).FailedAsync()).Status.Should().Be(401);
        (await apps.Azure.ResolveAsync("userToken", new { identity = "alice", password = Password })).Text("identity").Should().Be("alice");
    }

    [Theory]
    [InlineData("WEBSITE_AUTH_ENABLED=True")]
    [InlineData("WEBSITE_SITE_NAME=my-app")]
    [InlineData("WEBSITE_SITE_NAME=my-app WEBSITE_AUTH_ENABLED=False")]
    [InlineData("WEBSITE_SITE_NAME=my-app WEBSITE_AUTH_ENABLED=")]
    [InlineData("WEBSITE_SITE_NAME=my-app WEBSITE_AUTH_ENABLED=yes")]
    [InlineData("WEBSITE_SITE_NAME= WEBSITE_AUTH_ENABLED=True")]
    public async Task A_principal_header_from_a_caller_is_ignored(string settings)
    {
        await using TestApp open = await TestApp.StartAsync(Apps.WithAKey(settings));

        (await open.SendAsync(HttpMethod.Get, "userToken", null, (PrincipalHeader, Principal)).FailedAsync()).Status.Should().Be(401);
        (await open.SendAsync(HttpMethod.Get, $"userToken?identity={Principal}", null, (PrincipalHeader, Principal)).FailedAsync()).Status.Should().Be(401);
    }

    [Theory]
    [InlineData("True", HttpStatusCode.OK)]
    [InlineData("False", HttpStatusCode.Unauthorized)]
    public async Task A_worker_in_Azure_takes_the_principal_only_from_App_Service(string isEnabled, HttpStatusCode status)
    {
        Dictionary<string, string> settings = Apps.WithAKey($"WEBSITE_SITE_NAME=my-app WEBSITE_AUTH_ENABLED={isEnabled}")
            .ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value!);
        await using FunctionsHost host = await FunctionsHost.StartAsync(settings, needsKeys: true);
        using HttpRequestMessage request = new(HttpMethod.Get, "userToken");
        request.Headers.Add(PrincipalHeader, Principal);
        request.Headers.Add("Accept", "text/plain");

        using HttpResponseMessage response = await host.Http.SendAsync(request);

        response.StatusCode.Should().Be(status);
        if (status == HttpStatusCode.OK)
        {
            Grants(await response.Content.ReadAsStringAsync()).Text("identity").Should().Be(Principal);
            response.Headers.CacheControl!.ToString().Should().Be("no-store");
        }
    }

    [Fact]
    public async Task Neither_password_nor_token_nor_hash_gets_into_a_log()
    {
        string hash = Hash("hidden-password");
        using TemporaryFolder folder = new();
        await using AppProcess process = AppProcess.Start(folder.Path, ("Tokens__Users__alice", hash));
        using HttpClient http = await process.ClientAsync();
        await using FunctionsHost host = await FunctionsHost.StartAsync(new Dictionary<string, string> { ["Tokens__Users__alice"] = hash }, needsKeys: true);
        foreach (HttpClient client in (HttpClient[])[http, host.Http])
        {
            (await client.GetAsync(new Uri("userToken?identity=alice&password=hidden-password", UriKind.Relative))).StatusCode.Should().Be(HttpStatusCode.OK);
            (await client.GetAsync(new Uri("userToken?identity=alice&password=hidden-wrong", UriKind.Relative))).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
            (await client.GetAsync(new Uri($"userToken?identity=alice&password=hidden-{new string('a', 300)}", UriKind.Relative))).StatusCode.Should().Be(HttpStatusCode.BadRequest);
            (await client.GetAsync(new Uri("userToken?identity=alice&password=hidden-%zz", UriKind.Relative))).IsSuccessStatusCode.Should().BeFalse();
            using StringContent body = new("""{"identity":"alice","password":"hidden-password"}""", System.Text.Encoding.UTF8, "application/json");
            (await client.PostAsync(new Uri("userToken", UriKind.Relative), body)).StatusCode.Should().Be(HttpStatusCode.OK);
            (await client.GetAsync(new Uri("health", UriKind.Relative))).StatusCode.Should().Be(HttpStatusCode.OK);
        }

        // Lines are in the order of the requests, so once the last one is there, all are.
        await process.LineAsync(line => line.Contains("/api/health 200", StringComparison.Ordinal));
        string[] lines = [.. process.Output, .. process.Errors, .. host.Output, .. host.Logs.Select(log => $"{log.Message} {log.Exception}")];
        lines.Should().Contain(line => line.Contains("/api/userToken 401", StringComparison.Ordinal));
        lines.Where(line => line.Contains("hidden-", StringComparison.Ordinal) || line.Contains("eyJ", StringComparison.Ordinal) || line.Contains(hash, StringComparison.Ordinal)).Should().BeEmpty();
    }

    private static KeyValuePair<string, string>[] Credentials => [KeyValuePair.Create("identity", "alice"), KeyValuePair.Create("password", Password)];

    // With ASP.NET Core's own implementation.
    private static string Hash(string password) => new PasswordHasher<string>().HashPassword("", password);

    private static JsonElement Grants(string token) => JsonDocument
        .Parse(Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Decode(token.Split('.')[1])).RootElement.GetProperty("grants").Clone();

    /// <summary>An app with users, and one that is configured as if App Service's authentication were enabled.</summary>
    public sealed class Apps : IAsyncLifetime
    {
        public TestApp Demo { get; private set; } = null!;

        public TestApp Azure { get; private set; } = null!;

        /// <summary>Settings as "key=value key=value", with Twilio's credentials.</summary>
        public static Dictionary<string, string?> WithAKey(string settings)
        {
            Dictionary<string, string?> all = new()
            {
                ["Twilio:AccountSid"] = "AC" + new string('0', 32),
                ["Twilio:ApiKeySid"] = "SK" + new string('0', 32),
                ["Twilio:ApiKeySecret"] = "an-api-key-secret",
                ["Sync:BaseUrl"] = "http://127.0.0.1:9",
                ["Sync:Services:default:ServiceSid"] = "IS" + new string('0', 32),
            };
            foreach (string setting in settings.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                all[setting.Split('=')[0]] = setting.Split('=')[1];
            }

            return all;
        }

        public async ValueTask InitializeAsync()
        {
            Demo = await TestApp.StartAsync(new Dictionary<string, string?>
            {
                ["Tokens:Users:alice"] = Hash(Password),
                ["Tokens:Users:bob"] = Hash("another password"),
                ["Tokens:Users:empty"] = " ",
                ["Conversations:ServiceSid"] = Conversations,
                ["Sync:Services:second:ServiceSid"] = ServicesFixture.SecondSid,
                ["Cors:AllowedOrigins"] = "http://127.0.0.1:8080, https://example.com",
            });
            Dictionary<string, string?> azure = WithAKey("WEBSITE_SITE_NAME=my-app WEBSITE_AUTH_ENABLED=True");
            azure["Tokens:Users:alice"] = Hash(Password);
            Azure = await TestApp.StartAsync(azure);
        }

        public async ValueTask DisposeAsync()
        {
            await Demo.DisposeAsync();
            await Azure.DisposeAsync();
        }
    }
}
