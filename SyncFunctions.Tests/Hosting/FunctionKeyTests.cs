using System.Text.Json;

using SyncFunctions.Configuration;
using SyncFunctions.Tests.Contract;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Hosting;

/// <summary>The keys of the functions, as the Functions host has them.</summary>
public sealed class FunctionKeyTests(FunctionKeyTests.KeyedApp keyed) : IClassFixture<FunctionKeyTests.KeyedApp>
{
    private const string Master = "the-master-key";
    private const string Host = "the-host-key";
    private const string Own = "the-key-of-searchDocument";
    private const string Header = "x-functions-key";

    private readonly TestApp app = keyed.App;

    public static TheoryData<string> Protected => [.. FunctionTable.All.Where(function => function.KeyLevel == "Function").Select(function => function.Name)];

    [Theory]
    [InlineData(Master)]
    [InlineData(Host)]
    [InlineData(Own)]
    public async Task A_function_answers_to_the_master_key_the_host_key_and_its_own(string key)
    {
        (await SearchAsync("searchDocument?docName=x", (Header, key)).ResolvedAsync()).GetString().Should().BeEmpty();
        (await SearchAsync($"searchDocument?docName=x&code={key}").ResolvedAsync()).GetString().Should().BeEmpty();
        (await SearchAsync($"SearchDocument?docName=x&Code={key}").ResolvedAsync()).GetString().Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Protected))]
    public async Task A_function_does_not_answer_without_its_key(string function)
    {
        int before = app.Sync.Count;
        List<Task<HttpResponseMessage>> calls =
        [
            CallAsync(function),
            CallAsync(function, (Header, "wrong")),
            CallAsync(function, (Header, "")),
            CallAsync(function, (Header, Master + " " + Master)),
            CallAsync(function, (Header, Master[..^1])),
            CallAsync(function, (Header, Master.ToUpperInvariant())),
            CallAsync(function, (Header, Master), (Header, Master)),
            CallAsync(function, ("Authorization", $"Bearer {Master}")),
            CallAsync(function + "?code="),
            CallAsync(function + "?code"),
            CallAsync(function + "?code=wrong"),
            CallAsync($"{function}?code={Master}&code={Master}"),
            CallAsync($"{function}?code={Master}&CODE=wrong"),
            CallAsync($"{function}?x-functions-key={Master}"),
            CallAsync($"{function}?code=%00"),
        ];
        if (function != "searchDocument")
        {
            calls.AddRange([CallAsync(function, (Header, Own)), CallAsync($"{function}?code={Own}")]);
        }

        foreach (Task<HttpResponseMessage> call in calls)
        {
            Problem problem = await call.FailedAsync();
            problem.Should().BeEquivalentTo(new { Status = 401, Parameter = (string?)null, Code = (int?)null });
        }

        app.Sync.Count.Should().Be(before);

        Task<HttpResponseMessage> CallAsync(string call, params (string, string)[] headers) => app.SendAsync(HttpMethod.Post, call, null, headers);
    }

    [Fact]
    public async Task The_header_takes_precedence_over_the_query()
    {
        (await SearchAsync($"searchDocument?docName=x&code={Master}", (Header, "wrong")).FailedAsync()).Status.Should().Be(401);
        (await SearchAsync("searchDocument?docName=x&code=wrong", (Header, Master)).ResolvedAsync()).GetString().Should().BeEmpty();
    }

    [Fact]
    public async Task A_key_in_the_body_is_ignored() =>
        (await app.PostFormAsync("searchDocument", ("docName", "x"), ("code", Master)).FailedAsync()).Status.Should().Be(401);

    [Fact]
    public async Task Health_and_unknown_routes_need_no_key()
    {
        (await app.SendAsync(HttpMethod.Get, "health").ResolvedAsync()).Text("status").Should().Be("healthy");
        (await app.SendAsync(HttpMethod.Get, "health?code=wrong").ResolvedAsync()).Text("status").Should().Be("healthy");
        (await app.SendAsync(HttpMethod.Get, "noSuchFunction").FailedAsync()).Status.Should().Be(404);
        (await app.SendAsync(HttpMethod.Put, "searchDocument").FailedAsync()).Status.Should().Be(405);
    }

    [Fact]
    public async Task No_answer_has_a_key()
    {
        foreach ((HttpMethod method, string call) in ((HttpMethod, string)[])
        [
            (HttpMethod.Get, "health"), (HttpMethod.Get, "searchDocument?docName=x"), (HttpMethod.Get, "getDocument?docName=x"), (HttpMethod.Get, "getDocument"),
            (HttpMethod.Post, "createDocument"), (HttpMethod.Put, "getDocument"), (HttpMethod.Get, "noSuchFunction"), (HttpMethod.Get, "getDocument?docName=%zz"),
        ])
        {
            foreach (string key in (string[])[Master, Host, Own, "wrong-key"])
            {
                using HttpResponseMessage byHeader = await app.SendAsync(method, call, null, (Header, key));
                using HttpResponseMessage byQuery = await app.SendAsync(method, $"{call}{(call.Contains('?', StringComparison.Ordinal) ? '&' : '?')}code={key}");
                foreach (HttpResponseMessage response in (HttpResponseMessage[])[byHeader, byQuery])
                {
                    string answer = $"{response.ReasonPhrase} {response.Headers} {response.Content.Headers} {await response.Content.ReadAsStringAsync()}";
                    answer.Should().NotContainAny(Master, Host, Own, "wrong-key");
                }
            }
        }
    }

    [Fact]
    public async Task Without_a_configured_key_callers_on_this_machine_need_none()
    {
        await using TestApp open = await TestApp.StartAsync(new Dictionary<string, string?>
        {
            // Placeholders of portals and samples are not keys.
            ["FunctionKeys:Master"] = "",
            ["FunctionKeys:Host"] = " ",
            ["FunctionKeys:Functions:searchDocument"] = "",
        });

        (await open.ResolveAsync("searchDocument", new { docName = "x" })).GetString().Should().BeEmpty();
        (await open.SendAsync(HttpMethod.Get, "searchDocument?docName=x", null, (Header, "any")).ResolvedAsync()).GetString().Should().BeEmpty();
    }

    [Fact]
    public async Task One_functions_own_key_closes_the_others_too()
    {
        await using TestApp own = await TestApp.StartAsync(new Dictionary<string, string?> { ["FunctionKeys:Functions:searchdocument"] = Own });

        (await own.SendAsync(HttpMethod.Get, "searchDocument?docName=x", null, (Header, Own)).ResolvedAsync()).GetString().Should().BeEmpty();
        (await own.SendAsync(HttpMethod.Get, "getDocument?docName=x", null, (Header, Own)).FailedAsync()).Status.Should().Be(401);
        (await own.SendAsync(HttpMethod.Get, "getDocument?docName=x").FailedAsync()).Status.Should().Be(401);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://[::]:0")]
    [InlineData("http://*:0")]
    [InlineData("http://127.0.0.1:0;http://0.0.0.0:0")]
    public async Task If_other_machines_can_call_it_the_app_does_not_start_without_a_key(string urls)
    {
        Func<Task> start = async () => await (await TestApp.StartAsync(new Dictionary<string, string?> { ["urls"] = urls })).DisposeAsync();

        (await start.Should().ThrowAsync<StartupException>()).WithMessage("*FunctionKeys__Host*ASPNETCORE_URLS*");
    }

    [Fact]
    public async Task If_other_machines_can_call_it_the_app_starts_with_a_key()
    {
        await using TestApp reachable = await TestApp.StartAsync(new Dictionary<string, string?> { ["urls"] = "http://0.0.0.0:0", ["FunctionKeys:Host"] = Host });
        using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{reachable.Url.Port}/api/") };

        using HttpResponseMessage refused = await client.GetAsync(new Uri("searchDocument?docName=x", UriKind.Relative));
        (await Problem.ReadAsync(refused)).Status.Should().Be(401);
        using HttpResponseMessage answered = await client.GetAsync(new Uri($"searchDocument?docName=x&code={Host}", UriKind.Relative));
        (await Task.FromResult(answered).ResolvedAsync()).ValueKind.Should().Be(JsonValueKind.String);
    }

    private Task<HttpResponseMessage> SearchAsync(string call, params (string, string)[] headers) => app.SendAsync(HttpMethod.Get, call, null, headers);

    /// <summary>An app with every kind of key.</summary>
    public sealed class KeyedApp : IAsyncLifetime
    {
        public TestApp App { get; private set; } = null!;

        public async ValueTask InitializeAsync() => App = await TestApp.StartAsync(new Dictionary<string, string?>
        {
            ["FunctionKeys:Master"] = Master,
            ["FunctionKeys:Host"] = Host,
            ["FunctionKeys:Functions:searchDocument"] = Own,
        });

        public ValueTask DisposeAsync() => App.DisposeAsync();
    }
}
