using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Functions.Binding;

/// <summary>The forms that a request may have: which are taken, and that no other makes a function or the emulator fail.</summary>
public sealed class RequestFormTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private readonly TestApp app = fixture.App;

    /// <summary>Requests as bytes, which no HTTP client would send.</summary>
    public static TheoryData<string> Malformed =>
    [
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 40\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"a",
        "Content-Type: multipart/form-data\r\nContent-Length: 3\r\n\r\n--x",
        "Content-Type: application/x-www-form-urlencoded; charset=utf-7\r\nContent-Length: 8\r\n\r\nData=%7B",
        "Content-Type: application/x-www-form-urlencoded; charset=nonsense\r\nContent-Length: 8\r\n\r\nData=%7B",
        "Content-Type: application/x-www-form-urlencoded; charset=utf-16\r\nContent-Length: 8\r\n\r\nData=%7B",
        "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\nData=",
        "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nData=",
        "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nData=xyz\r\n0\r\n\r\n",
        "Content-Type: application/json; charset=utf-7\r\nContent-Length: 2\r\n\r\n{}",
        "Content-Type: ;;;\r\nContent-Length: 2\r\n\r\n{}",
        "Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
    ];

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task A_malformed_request_is_the_callers_fault(string rest)
    {
        (await StatusAsync(app.Url, $"POST /api/searchDocument?docName=x HTTP/1.1\r\nHost: localhost\r\n{rest}")).Should().BeInRange(400, 499);
        (await StatusAsync(app.Url, $"POST /api/webhook/searchDocument HTTP/1.1\r\nHost: localhost\r\nX-Twilio-Signature: x\r\n{rest}")).Should().BeInRange(400, 499);
        string basic = TestEmulator.Basic("AC" + new string('0', 32), new SyncFunctions.Emulator.EmulatorOptions().AuthToken).ToString();
        (await StatusAsync(app.Emulator.Url, $"POST /v1/Services/default/Documents HTTP/1.1\r\nHost: localhost\r\nAuthorization: {basic}\r\n{rest}")).Should().BeLessThan(500);
    }

    [Theory]
    [InlineData("xn--")]
    [InlineData("xn--a.example")]
    [InlineData("a_b")]
    [InlineData("[::1")]
    [InlineData("a:b:c")]
    [InlineData("%")]
    public async Task A_host_that_no_URL_can_have_makes_nothing_fail(string host)
    {
        await using TestApp keyed = await TestApp.StartAsync(new Dictionary<string, string?> { ["FunctionKeys:Host"] = "key", ["Emulator:AllowedHosts"] = host });
        (await StatusAsync(keyed.Url, $"GET /api/webhook/searchDocument?docName=x HTTP/1.1\r\nHost: {host}\r\nX-Twilio-Signature: x\r\n\r\n")).Should().BeInRange(400, 499);
        (await StatusAsync(keyed.Url, $"GET /api/searchDocument?docName=x&code=key HTTP/1.1\r\nHost: {host}\r\n\r\n")).Should().BeLessThan(500);
        string basic = TestEmulator.Basic("AC" + new string('0', 32), new SyncFunctions.Emulator.EmulatorOptions().AuthToken).ToString();
        (await StatusAsync(keyed.Emulator.Url, $"POST /v1/Services/default/Documents HTTP/1.1\r\nHost: {host}\r\nAuthorization: {basic}\r\nContent-Length: 0\r\n\r\n"))
            .Should().BeLessThan(500);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("UTF8")]
    [InlineData("\"utf-8\"")]
    [InlineData("'utf-8'")]
    [InlineData("")]
    [InlineData("us-ascii")]
    public async Task UTF_8_is_taken_by_every_name_that_clients_have_for_it(string charset)
    {
        (await app.PostAsync("searchDocument", $"application/json; charset={charset}", """{"docName":"é"}"""u8.ToArray()).ResolvedAsync()).GetString().Should().BeEmpty();
        (await app.PostAsync("searchDocument", $"application/x-www-form-urlencoded; charset={charset}", "docName=%C3%A9"u8.ToArray()).ResolvedAsync()).GetString().Should().BeEmpty();
    }

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("br", "br")]
    [InlineData("x\"y", "Content-Encoding.")]
    public async Task A_compressed_body_is_refused_by_its_encoding(string encoding, string named)
    {
        using MemoryStream compressed = new();
        await using (GZipStream gzip = new(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync("""{"docName":"x"}"""u8.ToArray());
        }

        using ByteArrayContent content = new(compressed.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        Problem problem = await app.SendAsync(HttpMethod.Post, "searchDocument", content).FailedAsync();

        problem.Should().BeEquivalentTo(new { Status = 415, Parameter = "body" });
        problem.Detail.Should().Contain(named);
    }

    [Fact]
    public async Task A_URL_that_is_too_long_is_told_so()
    {
        Problem problem = await app.QueryAsync(HttpMethod.Get, "searchDocument", ("docName", new string('x', 9000))).FailedAsync();

        problem.Status.Should().Be(414);
        problem.Detail.Should().Contain("body");
    }

    [Theory]
    [InlineData("health", 200)]
    [InlineData("searchDocument?docName=x", 200)]
    [InlineData("getDocument?docName=nowhere", 404)]
    [InlineData("removeDocument?docName=x", 405)]
    [InlineData("nothing", 404)]
    public async Task HEAD_is_answered_as_GET_without_a_body(string function, int status)
    {
        using HttpResponseMessage head = await app.SendAsync(HttpMethod.Head, function);
        using HttpResponseMessage get = await app.SendAsync(HttpMethod.Get, function);

        ((int)head.StatusCode).Should().Be(status);
        head.StatusCode.Should().Be(get.StatusCode);
        (await head.Content.ReadAsByteArrayAsync()).Should().BeEmpty();
    }

    [Theory]
    [InlineData("True", true)]
    [InlineData("TRUE", true)]
    [InlineData("true", true)]
    [InlineData("False", false)]
    public async Task A_form_writes_truth_in_any_case(string text, bool value)
    {
        string docName = Calls.NewName();
        await app.ResolveAsync("createDocument", new { docName, data = new { } });

        (await app.PostFormAsync("setDocumentPermission", ("docName", docName), ("identity", "alice"), ("read", text)).ResolvedAsync())
            .GetProperty("read").GetBoolean().Should().Be(value);
    }

    [Fact]
    public async Task A_weak_tag_matches_no_revision()
    {
        string docName = Calls.NewName();
        await app.ResolveAsync("createDocument", new { docName, data = new { } });
        foreach ((string function, string body) in ((string, string)[])
            [("updateDocument", "{\"docName\":\"NAME\",\"data\":{}}"), ("removeDocument", "{\"docName\":\"NAME\"}")])
        {
            using StringContent content = new(body.Replace("NAME", docName, StringComparison.Ordinal), Encoding.UTF8, "application/json");
            (await app.SendAsync(HttpMethod.Post, function, content, ("If-Match", "W/\"0\"")).FailedAsync()).Status.Should().Be(412);
        }

        (await app.ResolveAsync("getDocument", new { docName })).Text("revision").Should().Be("0");
    }

    [Theory]
    [InlineData("7\\r\\nX-Injected: 1")]
    [InlineData("é")]
    [InlineData("a b")]
    public async Task A_revision_that_no_header_can_carry_makes_no_answer_fail(string revision)
    {
        await using FakeSync sync = await FakeSync.StartAsync((context, _) => FakeSync.AnswerAsync(
            context, 200, FakeTwilio.Document.Replace("\"revision\":\"7\"", $"\"revision\":\"{revision}\"", StringComparison.Ordinal)));
        await using TestApp odd = await TestApp.StartAsync(TestApp.TwilioAt(sync.Url));

        using HttpResponseMessage response = await odd.CallAsync("getDocument", new { docName = "d" });

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Headers.Contains("ETag").Should().BeFalse();
        response.Headers.Contains("X-Injected").Should().BeFalse();
    }

    private static async Task<int> StatusAsync(Uri url, string request)
    {
        using TcpClient client = new();
        await client.ConnectAsync(url.Host, url.Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using StreamReader reader = new(stream, Encoding.Latin1);
        try
        {
            // A request that breaks off is only known to do so when its sender is done.
            Task<string?> answer = reader.ReadLineAsync();
            if (await Task.WhenAny(answer, Task.Delay(TimeSpan.FromMilliseconds(500))) != answer)
            {
                client.Client.Shutdown(SocketShutdown.Send);
            }

            // Kestrel closes the connection of a request that breaks off: nobody is left to answer.
            return await answer.WaitAsync(TimeSpan.FromSeconds(30)) is { } line ? int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture) : 499;
        }
        catch (IOException)
        {
            return 499;
        }
    }
}
