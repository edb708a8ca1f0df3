using System.Net;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Hosting;

/// <summary>
/// Under Core Tools, which requires no keys on a developer's machine, the functions refuse pages of other origins as they do under the local host. The
/// host does not forward the Host header, so a page with DNS rebinding is recognised by other headers of browsers.
/// </summary>
public sealed class WorkerAccessTests(WorkerAccessTests.CoreTools tools) : IClassFixture<WorkerAccessTests.CoreTools>
{
    [Theory]
    [InlineData("Origin", "http://localhost:3000", HttpStatusCode.OK)]
    [InlineData("User-Agent", "curl/8", HttpStatusCode.OK)]
    [InlineData("User-Agent", "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.22621.4391", HttpStatusCode.OK)]
    // What a page by DNS rebinding sends with a GET: foreign.mjs holds that.
    [InlineData("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", HttpStatusCode.Unauthorized)]
    [InlineData("Origin", "https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("X-Forwarded-For", "203.0.113.9", HttpStatusCode.Unauthorized)]
    public async Task Callers_are_distinguished(string header, string value, HttpStatusCode status)
    {
        foreach (HttpMethod method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Post])
        {
            using HttpRequestMessage request = new(method, new Uri("searchDocument?docName=x", UriKind.Relative));
            request.Headers.TryAddWithoutValidation(header, value).Should().BeTrue();

            using HttpResponseMessage response = await tools.Host.Http.SendAsync(request);

            response.StatusCode.Should().Be(status);
        }
    }

    [Theory]
    [InlineData("none")]
    [InlineData("same-origin")]
    [InlineData("same-site")]
    public async Task A_browser_that_is_at_this_machine_by_its_own_name_may_call(string site)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri("searchDocument?docName=x", UriKind.Relative));
        request.Headers.TryAddWithoutValidation("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0").Should().BeTrue();
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", site).Should().BeTrue();

        using HttpResponseMessage response = await tools.Host.Http.SendAsync(request);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_host_with_keys_lets_them_decide()
    {
        await using FunctionsHost host = await FunctionsHost.StartAsync(needsKeys: true);
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri("searchDocument?docName=x", UriKind.Relative));
        request.Headers.Add("Origin", "https://page.example");
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        request.Headers.Add("x-functions-key", FunctionsHost.Key);

        using HttpResponseMessage response = await host.Http.SendAsync(request);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    public sealed class CoreTools : IAsyncLifetime
    {
        public FunctionsHost Host { get; private set; } = null!;

        public async ValueTask InitializeAsync() =>
            Host = await FunctionsHost.StartAsync(new Dictionary<string, string> { ["FUNCTIONS_CORETOOLS_ENVIRONMENT"] = "true" });

        public async ValueTask DisposeAsync() => await Host.DisposeAsync();
    }
}
