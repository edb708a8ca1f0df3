using System.Net;

using SyncFunctions.Tests.Contract;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Hosting;

/// <summary>The functions behind a host that requires keys, as Azure's does.</summary>
public sealed class WorkerKeyTests(WorkerKeyTests.KeyedHost keyed) : IClassFixture<WorkerKeyTests.KeyedHost>
{
    private const string Header = "x-functions-key";

    private readonly FunctionsHost host = keyed.Host;

    [Fact]
    public async Task A_function_does_not_answer_without_its_key()
    {
        foreach (FunctionContract function in FunctionTable.All.Where(function => function.KeyLevel == "Function"))
        {
            foreach ((string query, string? header) in ((string, string?)[])[("", null), ("?code=wrong", null), ("", "wrong"), ($"?code={FunctionsHost.Key}", "wrong")])
            {
                using HttpResponseMessage response = await SendAsync(HttpMethod.Post, $"{function.Route}{query}", header);

                response.StatusCode.Should().Be(HttpStatusCode.Unauthorized, "{0} was called", function.Name);
                (await response.Content.ReadAsByteArrayAsync()).Should().BeEmpty();
            }
        }
    }

    [Fact]
    public async Task A_function_answers_to_the_key_in_the_header_or_the_query()
    {
        (await SendAsync(HttpMethod.Get, "searchDocument?docName=x", FunctionsHost.Key).ResolvedAsync()).GetString().Should().BeEmpty();
        (await SendAsync(HttpMethod.Get, $"searchDocument?docName=x&code={FunctionsHost.Key}", null).ResolvedAsync()).GetString().Should().BeEmpty();
        (await SendAsync(HttpMethod.Get, "searchDocument?docName=x&code=wrong", FunctionsHost.Key).ResolvedAsync()).GetString().Should().BeEmpty();
    }

    [Fact]
    public async Task A_key_is_not_a_parameter()
    {
        foreach (FunctionContract function in FunctionTable.All.Where(function => function.KeyLevel == "Function"))
        {
            using HttpResponseMessage byHeader = await SendAsync(HttpMethod.Post, function.Route, FunctionsHost.Key);
            using HttpResponseMessage byQuery = await SendAsync(HttpMethod.Post, $"{function.Route}?code={FunctionsHost.Key}", null);

            byQuery.StatusCode.Should().Be(byHeader.StatusCode, "{0} was called", function.Name);
        }
    }

    [Fact]
    public async Task Health_and_webhooks_need_no_key()
    {
        (await SendAsync(HttpMethod.Get, "health", null).ResolvedAsync()).Text("status").Should().Be("healthy");
        (await SendAsync(HttpMethod.Get, "health?code=wrong", "wrong").ResolvedAsync()).Text("status").Should().Be("healthy");
        using HttpResponseMessage webhook = await SendAsync(HttpMethod.Post, "webhook/getDocument", null);
        (await Problem.ReadAsync(webhook)).Detail.Should().Contain("X-Twilio-Signature");
    }

    [Fact]
    public async Task What_the_worker_logs_has_no_key_and_no_parameter()
    {
        await SendAsync(HttpMethod.Get, $"getDocument?docName=in-the-query&code={FunctionsHost.Key}", null);
        await SendAsync(HttpMethod.Get, "getDocument?docName=in-the-query", FunctionsHost.Key);
        await SendAsync(HttpMethod.Get, "getDocument?docName=%zz", FunctionsHost.Key);

        host.Logs.Where(log => Tells($"{log.Message} {log.Exception}")).Select(log => $"{log.Level} {log.Category}: {log.Message}").Should().BeEmpty();
        host.Output.Where(Tells).Should().BeEmpty();

        static bool Tells(string text) => text.Contains(FunctionsHost.Key, StringComparison.Ordinal) || text.Contains("in-the-query", StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string url, string? key)
    {
        using HttpRequestMessage request = new(method, url);
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation(Header, key);
        }

        return await host.Http.SendAsync(request);
    }

    /// <summary>One worker for all tests of the class, behind a host that requires keys.</summary>
    public sealed class KeyedHost : IAsyncLifetime
    {
        public FunctionsHost Host { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Host = await FunctionsHost.StartAsync(needsKeys: true);

        public async ValueTask DisposeAsync() => await Host.DisposeAsync();
    }
}
