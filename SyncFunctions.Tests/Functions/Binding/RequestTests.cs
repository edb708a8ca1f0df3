using System.IO.Compression;
using System.Text;
using System.Text.Json;

using SyncFunctions.Tests.Contract;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Functions.Binding;

/// <summary>Properties of requests beside their parameters: methods, hosts, lengths, encodings. None of them causes an error in the app.</summary>
public sealed class RequestTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const string Json = "Content-Type: application/json";
    private const string Form = "Content-Type: application/x-www-form-urlencoded";

    private readonly TestApp app = fixture.App;

    [Theory]
    [InlineData("searchDocument", "ffffffffff\r\nabc")]
    [InlineData("searchDocument", "zz\r\nabc")]
    [InlineData("webhook/searchDocument", "ffffffffff\r\nabc")]
    [InlineData("webhook/searchDocument", "zz\r\nabc")]
    public async Task A_chunk_of_an_impossible_size_is_refused(string function, string body)
    {
        int before = app.Sync.Count;

        RawAnswer answer = await SendAsync("POST", function, "127.0.0.1", [Json, "Transfer-Encoding: chunked"], body);

        answer.Status.Should().Be(400);
        answer.Header("Content-Type").Should().StartWith("application/problem+json");
        app.Sync.Count.Should().Be(before);
    }

    [Theory]
    [InlineData("xn--")]
    [InlineData("xn--:80")]
    [InlineData("a.xn--")]
    [InlineData("..")]
    [InlineData("a..b")]
    [InlineData("a:99999")]
    [InlineData("xn--a")]
    public async Task A_host_that_is_not_this_machines_is_refused_whatever_it_is(string host)
    {
        int before = app.Sync.Count;

        RawAnswer called = await SendAsync("POST", "searchDocument", host, [Json], """{"docName":"x"}""");
        RawAnswer form = await SendAsync("POST", "webhook/searchDocument", host, [Form, "X-Twilio-Signature: x"], "docName=x");
        RawAnswer bodyless = await SendAsync("GET", "webhook/searchDocument?docName=x", host, ["X-Twilio-Signature: x"]);

        (called.Status, form.Status, bodyless.Status).Should().Be((401, 403, 403));
        app.Sync.Count.Should().Be(before);
    }

    [Theory]
    [InlineData("127.0.0.1:7071")]
    [InlineData("Example.Test")]
    [InlineData("xn--bcher-kva.test:8080")]
    public async Task What_Twilio_signed_gets_through_at_every_host_that_a_URL_can_have(string host)
    {
        const string Target = "webhook/searchDocument?docName=nowhere";
        string signature = TwilioSigner.Sign($"http://{host}/api/{Target}");

        (await SendAsync("GET", Target, host, [$"X-Twilio-Signature: {signature}"])).Status.Should().Be(200);
    }

    [Fact]
    public async Task A_URL_that_is_too_long_is_refused_with_a_problem()
    {
        // "GET /api/searchDocument?docName= HTTP/1.1" and the end of the line.
        int room = (8 * 1024) - "GET /api/searchDocument?x= HTTP/1.1\r\n".Length;

        (await SendAsync("GET", $"searchDocument?x={new string('n', room)}", "127.0.0.1", [])).Body.Should().Contain("docName is required");
        foreach (int length in (int[])[room + 1, 100_000])
        {
            RawAnswer answer = await SendAsync("GET", $"searchDocument?x={new string('n', length)}", "127.0.0.1", []);
            answer.Status.Should().Be(414);
            answer.Header("Content-Type").Should().StartWith("application/problem+json");
            answer.Body.Should().Contain("\"status\":414").And.Contain("The URL is too long");
        }
    }

    [Fact]
    public async Task Headers_that_are_too_many_or_too_long_are_refused_with_a_problem()
    {
        (await SendAsync("GET", "health", "127.0.0.1", [.. Enumerable.Range(0, 98).Select(i => $"X-{i}: 1")])).Status.Should().Be(200);
        foreach (string[] headers in (string[][])[[$"X: {new string('x', 33_000)}"], [.. Enumerable.Range(0, 101).Select(i => $"X-{i}: 1")]])
        {
            RawAnswer answer = await SendAsync("GET", "health", "127.0.0.1", headers);
            answer.Status.Should().Be(431);
            answer.Header("Content-Type").Should().StartWith("application/problem+json");
            answer.Body.Should().Contain("\"status\":431");
        }
    }

    [Fact]
    public async Task HEAD_is_answered_as_GET_without_the_body()
    {
        string name = Calls.NewName();
        await app.ResolveAsync("createDocument", new { docName = name, data = new { } });

        foreach ((string target, int status) in ((string, int)[])
            [("health", 200), ($"getDocument?docName={name}", 200), ("getDocument?docName=nowhere", 404), ("getDocument", 400), ("webhook/getDocument", 403)])
        {
            RawAnswer get = await SendAsync("GET", target, "127.0.0.1", []);
            RawAnswer head = await SendAsync("HEAD", target, "127.0.0.1", []);

            (get.Status, head.Status).Should().Be((status, status), target);
            head.Body.Should().BeEmpty();
            get.Body.Should().NotBeEmpty();
            head.Header("Content-Type").Should().Be(get.Header("Content-Type"));
            head.Header("ETag").Should().Be(get.Header("ETag"));
        }
    }

    [Fact]
    public async Task HEAD_is_accepted_if_GET_is()
    {
        int before = app.Sync.Count;
        foreach (FunctionContract function in FunctionTable.All.Where(function => !function.Methods.Contains("GET")))
        {
            RawAnswer head = await SendAsync("HEAD", function.Route, "127.0.0.1", []);
            head.Status.Should().Be(405, function.Name);
            head.Header("Allow").Should().NotContain("HEAD");
        }

        string signature = TwilioSigner.Sign("http://app.test/api/webhook/removeDocument?docName=x");
        (await SendAsync("HEAD", "webhook/removeDocument?docName=x", "app.test", [$"X-Twilio-Signature: {signature}"])).Status.Should().Be(405);
        app.Sync.Count.Should().Be(before);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("GZIP")]
    [InlineData("br")]
    [InlineData("deflate, gzip")]
    [InlineData("identity, gzip")]
    public async Task A_body_that_is_compressed_is_refused_by_its_encoding(string encoding)
    {
        int before = app.Sync.Count;
        using MemoryStream compressed = new();
        await using (GZipStream gzip = new(compressed, CompressionMode.Compress, leaveOpen: true))
        {
            await gzip.WriteAsync("""{"docName":"x"}"""u8.ToArray());
        }

        foreach (string type in (string[])["application/json", "application/x-www-form-urlencoded", "text/plain"])
        {
            Problem problem = await PostAsync("searchDocument", type, encoding, compressed.ToArray()).FailedAsync();
            problem.Should().BeEquivalentTo(new { Status = 415, Parameter = "body" });
            problem.Detail.Should().Contain($"Content-Encoding is {encoding}.");
        }

        app.Sync.Count.Should().Be(before);
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("Identity")]
    public async Task The_encoding_identity_is_accepted(string encoding) =>
        await PostAsync("searchDocument", "application/json", encoding, """{"docName":"nowhere"}"""u8.ToArray()).ResolvedAsync();

    [Fact]
    public async Task An_empty_body_is_none_whatever_its_encoding() => await PostAsync("searchDocument?docName=nowhere", "application/json", "gzip", []).ResolvedAsync();

    [Theory]
    [InlineData("true", true)]
    [InlineData("True", true)]
    [InlineData("TRUE", true)]
    [InlineData("false", false)]
    [InlineData("False", false)]
    [InlineData("FALSE", false)]
    public async Task A_truth_value_is_accepted_in_any_case_if_it_is_text(string text, bool value)
    {
        string name = Calls.NewName();
        await app.ResolveAsync("createDocument", new { docName = name, data = new { } });

        JsonElement form = await app.PostFormAsync("setDocumentPermission", ("docName", name), ("identity", "form"), ("read", text)).ResolvedAsync();
        JsonElement query = await app.QueryAsync(
            HttpMethod.Post, "setDocumentPermission", ("docName", name), ("identity", "query"), ("read", text)).ResolvedAsync();

        form.GetProperty("read").GetBoolean().Should().Be(value);
        query.GetProperty("read").GetBoolean().Should().Be(value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("yes")]
    [InlineData(" true")]
    [InlineData("true ")]
    [InlineData("t")]
    public async Task Other_text_is_not_a_truth_value(string text) =>
        (await app.PostFormAsync("setDocumentPermission", ("docName", "d"), ("identity", "i"), ("read", text)).FailedAsync())
            .Should().BeEquivalentTo(new { Status = 400, Parameter = "read" });

    [Theory]
    [InlineData("W/\"0\"", 412)]
    [InlineData("W/\"\"", 412)]
    [InlineData("W/\"a-b.c!\"", 412)]
    [InlineData("W/0", 400)]
    [InlineData("w/\"0\"", 400)]
    [InlineData("W/\"0", 400)]
    [InlineData("W/\"0\", \"0\"", 400)]
    [InlineData("W/\"0\"1\"", 400)]
    [InlineData("W/", 400)]
    public async Task A_weak_tag_matches_no_revision(string ifMatch, int status)
    {
        string name = Calls.NewName();
        await app.ResolveAsync("createDocument", new { docName = name, data = new { } });
        int before = app.Sync.Count;
        using StringContent content = new($$"""{"docName":"{{name}}","data":{"a":1} }""", Encoding.UTF8, "application/json");

        Problem problem = await app.SendAsync(HttpMethod.Post, "updateDocument", content, ("If-Match", ifMatch)).FailedAsync();

        problem.Should().BeEquivalentTo(new { Status = status, Parameter = "If-Match" });
        app.Sync.Count.Should().Be(before, "Sync must not hear of it");
    }

    private Task<RawAnswer> SendAsync(string method, string target, string host, string[] headers, string body = "") =>
        RawHttp.SendAsync(app.Url, RawHttp.Request(method, $"/api/{target}", host, headers, body));

    private Task<HttpResponseMessage> PostAsync(string function, string type, string encoding, byte[] body)
    {
        ByteArrayContent content = new(body);
        content.Headers.TryAddWithoutValidation("Content-Type", type).Should().BeTrue();
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding).Should().BeTrue();
        return app.SendAsync(HttpMethod.Post, function, content);
    }
}
