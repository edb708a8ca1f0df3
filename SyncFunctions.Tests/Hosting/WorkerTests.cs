using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

using SyncFunctions.Tests.Contract;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Hosting;

/// <summary>The app as a worker of a Functions host.</summary>
public sealed class WorkerTests(WorkerTests.WorkerFixture fixture) : IClassFixture<WorkerTests.WorkerFixture>
{
    private const string PublicUrl = "https://sync.example.com";

    private readonly FunctionsHost host = fixture.Host;

    [Fact]
    public void The_worker_tells_the_host_of_exactly_the_functions_of_the_table() =>
        host.Functions.Select(function => new { function.Name, function.Route, Methods = Line(function.Methods), function.KeyLevel }).Should().BeEquivalentTo(
            FunctionTable.All.Select(function => new { function.Name, function.Route, Methods = Line(function.Methods), function.KeyLevel }));

    [Fact]
    public void The_worker_tells_the_host_of_the_queues_of_the_table() =>
        host.Queues.ToDictionary(function => function.Name, function => function.Queue).Should().BeEquivalentTo(FunctionTable.Queues);

    [Fact]
    public async Task What_was_stored_is_there_after_the_worker_was_killed()
    {
        string name = Calls.NewName();
        JsonElement created = await PostAsync("createDocument", new { docName = name, data = new { a = 1 } });

        await host.KillWorkerAsync();

        JsonElement[] documents = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => PostAsync("getDocument", new { docName = name })));
        // Without the URLs, because the emulator now has another port.
        documents.Should().AllSatisfy(document => (document.Text("sid"), document.Raw("data")).Should().Be((created.Text("sid"), """{"a":1}""")));
    }

    [Fact]
    public async Task A_callback_that_Twilio_signed_gets_through()
    {
        string name = Calls.NewName();
        string path = $"/api/webhook/createDocument?docName={name}";
        string signature = TwilioSigner.Sign($"{PublicUrl}{path}DigitsEins & zweiFrom+15551234567");

        using HttpResponseMessage response = await CallbackAsync(path, signature, ("From", "+15551234567"), ("Digits", "Eins & zwei"));

        (await Task.FromResult(response).ResolvedAsync()).Raw("data").Should().Be("""{"From":"+15551234567","Digits":"Eins & zwei"}""");
    }

    // The host rewrites URLs: it removes unnecessary escapes (%7E, %41), escapes other characters (|), and writes hexadecimal digits in upper case.
    [Theory]
    [InlineData("a%20b")]
    [InlineData("a+b")]
    [InlineData("a%2Bb")]
    [InlineData("%C3%A9")]
    [InlineData("%F0%9F%98%80")]
    [InlineData("a%2Fb%3Fc%26d%3De%23f")]
    [InlineData("%25")]
    [InlineData("%22%3C%3E%5B%5D%5E%60%7B%7C%7D%5C")]
    [InlineData("~-._")]
    [InlineData("!$'()*,;:@/?")]
    [InlineData("..%2F..%2F.")]
    [InlineData("%27%28%29%2A%21")]
    [InlineData("[a]")]
    [InlineData("%7E")]
    [InlineData("a%7eb")]
    [InlineData("%41")]
    [InlineData("x%41bc")]
    [InlineData("x%2Dy%5Fz%2E")]
    [InlineData("%c3%a9")]
    [InlineData("%c3%a9%20%f0%9f%98%80~")]
    [InlineData("%2f%2b%3a%40")]
    [InlineData("a|b")]
    [InlineData("{\"a\":\"b\"}|\\^`")]
    [InlineData("{%22a%22:1}")]
    [InlineData("%7b%22%c3%a9%22%7d")]
    [InlineData("%zz")]
    [InlineData("100%")]
    [InlineData("%25zz")]
    [InlineData("%zz%c3%a9|")]
    public async Task A_signed_callbacks_URL_survives_the_host(string name)
    {
        string path = $"/api/webhook/searchDocument?docName={name}";

        using HttpResponseMessage response = await CallbackAsync(path, TwilioSigner.Sign($"{PublicUrl}{path}FromB"), ("From", "B"));

        (await Task.FromResult(response).ResolvedAsync()).GetString().Should().BeEmpty();
    }

    [Theory]
    [InlineData("%7E", "%7D")]
    [InlineData("%41", "B")]
    [InlineData("a|b", "a%7C%7Cb")]
    [InlineData("%25zz", "%25zy")]
    [InlineData("%zz", "%25zy")]
    [InlineData("%2541", "%41")]
    [InlineData("%41", "%2541")]
    [InlineData("a%26service=x", "a&service=x")]
    [InlineData("a&service=default", "a%26service=default")]
    public async Task Another_URL_than_the_signed_one_is_refused_behind_the_host(string original, string sent)
    {
        const string Start = "/api/webhook/searchDocument?docName=";

        using HttpResponseMessage response = await CallbackAsync(Start + sent, TwilioSigner.Sign($"{PublicUrl}{Start}{original}FromB"), ("From", "B"));

        (await Problem.ReadAsync(response)).Status.Should().Be(403);
    }

    [Fact]
    public async Task A_callback_that_Twilio_did_not_sign_is_refused()
    {
        const string Path = "/api/webhook/createDocument?docName=x";
        foreach (string? signature in (string?[])[null, "", "wrong", TwilioSigner.Sign($"{PublicUrl}{Path}"), TwilioSigner.Sign($"{PublicUrl}{Path}FromB", "another")])
        {
            using HttpResponseMessage response = await CallbackAsync(Path, signature, ("From", "B"));
            (await Problem.ReadAsync(response)).Status.Should().Be(403);
        }
    }

    [Theory]
    [InlineData("GET", "noSuchFunction")]
    [InlineData("GET", "")]
    [InlineData("GET", "webhook")]
    [InlineData("GET", "webhook/getDocument/x")]
    [InlineData("PUT", "getDocument?docName=x")]
    [InlineData("DELETE", "getDocument?docName=x")]
    [InlineData("GET", "createDocument?docName=x")]
    public async Task Unknown_routes_never_reach_the_worker(string method, string url)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), url);
        using HttpResponseMessage response = await host.Http.SendAsync(request);

        response.StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await response.Content.ReadAsByteArrayAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task A_caller_that_disconnects_leaves_nothing_behind()
    {
        string name = Calls.NewName();
        await PostAsync("createDocument", new { docName = name, data = new { n = 0 } });
        int failures = host.Failures.Count;

        await Parallel.ForEachAsync(Enumerable.Range(0, 60), new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (i, _) =>
        {
            // Every sixth waits for its answer.
            using CancellationTokenSource gone = new(i % 6 == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(i % 12));
            try
            {
                using HttpResponseMessage response = await host.Http.PostAsJsonAsync(
                    new Uri("incrementDocument", UriKind.Relative), new { docName = name, path = "/n" }, gone.Token);
                response.StatusCode.Should().Be(HttpStatusCode.OK);
            }
            catch (OperationCanceledException) when (gone.IsCancellationRequested)
            {
                // As intended.
            }
        });

        (await PostAsync("getDocument", new { docName = name })).GetProperty("data").GetProperty("n").GetInt32().Should().BeInRange(10, 60);
        host.Failures.Skip(failures).Should().BeEmpty();
        // The worker's own layer logs an error if a caller disconnects before it has begun.
        host.Errors.Where(error => error.Category.StartsWith("SyncFunctions", StringComparison.Ordinal)).Should().BeEmpty();
    }

    private static string Line(IEnumerable<string> methods) => string.Join(' ', methods.Order(StringComparer.Ordinal));

    private async Task<JsonElement> PostAsync(string function, object parameters) =>
        await host.Http.PostAsJsonAsync(new Uri(function, UriKind.Relative), parameters).ResolvedAsync();

    private async Task<HttpResponseMessage> CallbackAsync(string path, string? signature, params (string Name, string Value)[] form)
    {
        // The path as it is: what is signed must arrive so.
        Uri url = new($"{host.Http.BaseAddress!.GetLeftPart(UriPartial.Authority)}{path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using HttpRequestMessage request = new(HttpMethod.Post, url)
        {
            Content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value))),
        };
        if (signature is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Twilio-Signature", signature);
        }

        return await host.Http.SendAsync(request);
    }

    /// <summary>One worker for all tests of a class.</summary>
    public sealed class WorkerFixture : IAsyncLifetime
    {
        public FunctionsHost Host { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Host = await FunctionsHost.StartAsync(new Dictionary<string, string> { ["PublicUrl"] = PublicUrl });

        public async ValueTask DisposeAsync() => await Host.DisposeAsync();
    }
}
