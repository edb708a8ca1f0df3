using System.Net;
using System.Net.Http.Headers;
using System.Text;

using SyncFunctions.Emulator;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Rest;

/// <summary>Requests that HTTP allows, but no SDK sends.</summary>
public sealed class RestTests(SharedEmulator shared) : IClassFixture<SharedEmulator>
{
    private static readonly EmulatorOptions Defaults = new();

    private const string FormType = "Content-Type: application/x-www-form-urlencoded";

    private readonly TestEmulator emulator = shared.Emulator;
    private readonly string name = SharedEmulator.NewName();

    private string Service => $"/v1/Services/{emulator.Options.ServiceSid}";

    private string Authorization => $"Authorization: {emulator.Http.DefaultRequestHeaders.Authorization}";

    [Theory]
    [InlineData("a%2Fb", "a/b")]
    [InlineData("%2E%2E", "..")]
    [InlineData("..", "..")]
    [InlineData(".", ".")]
    [InlineData("a%3Fb", "a?b")]
    [InlineData("a%23b", "a#b")]
    [InlineData("a#b", "a#b")]
    [InlineData("a%20b", "a b")]
    [InlineData("%20", " ")]
    [InlineData("+1%2B2", "+1+2")]
    [InlineData("%25", "%")]
    [InlineData("%252F", "%2F")]
    [InlineData("%5C", "\\")]
    [InlineData("%C3%A9%e2%82%ac", "é€")]
    [InlineData("%F0%9F%98%80", "😀")]
    [InlineData("a%3Bb%26c%3Dd%40e", "a;b&c=d@e")]
    [InlineData("%22%7B%7D", "\"{}")]
    [InlineData("%7F%0D%0A", "\u007f\r\n")]
    [InlineData("Items", "Items")]
    public async Task A_path_segment_is_decoded_once_and_for_itself(string segment, string key)
    {
        SyncAnswer map = await emulator.FormAsync("Maps");
        SyncAnswer created = await emulator.FormAsync($"Maps/{map.Sid}/Items", ("Key", key), ("Data", "{}"));
        created.ShouldBe(201);

        SyncAnswer item = await RawAsync("GET", $"{Service}/Maps/{map.Sid}/Items/{segment}");

        item.ShouldBe(200);
        item.Body.GetProperty("key").GetString().Should().Be(key);
        // The URL in the answer leads back to the item.
        string url = item.Body.GetProperty("url").GetString()!;
        (await RawAsync("GET", url["http://localhost".Length..])).Body.GetProperty("key").GetString().Should().Be(key);
        (await RawAsync("DELETE", $"{Service}/Maps/{map.Sid}/Items/{segment}")).ShouldBe(204);
        (await emulator.GetAsync($"Maps/{map.Sid}")).ShouldBe(200);
    }

    [Theory]
    [InlineData("%zz")]
    [InlineData("%")]
    [InlineData("%4")]
    [InlineData("%FF")]
    [InlineData("%C3")]
    [InlineData("%ED%A0%80")]
    public async Task A_segment_that_is_not_encoded_UTF_8_is_not_found(string segment)
    {
        SyncAnswer map = await emulator.FormAsync("Maps");
        SyncAnswer item = await RawAsync("GET", $"{Service}/Maps/{map.Sid}/Items/{segment}");
        item.ShouldBe(404, 20404);
        item.Body.GetProperty("message").GetString().Should()
            .Be($"The requested resource {Service["/v1".Length..]}/Maps/{map.Sid}/Items/{segment} was not found");
    }

    [Theory]
    [InlineData("%00")]
    [InlineData("a%00b")]
    [InlineData("\u00e9")]
    public async Task A_malformed_target_is_refused(string segment) =>
        (await RawAsync("GET", $"{Service}/Documents/{segment}")).Status.Should().Be(400);

    [Theory]
    [InlineData("/v1")]
    [InlineData("/v1/")]
    [InlineData("/v2/Services")]
    [InlineData("//v1/Services")]
    [InlineData("/v1//Services")]
    [InlineData("/v1/Services/")]
    [InlineData("/v1/services")]
    [InlineData("/v1/Services/default/")]
    [InlineData("/v1/Services/default//Documents")]
    [InlineData("/v1/Services/default/Documents//")]
    [InlineData("/v1/Services/default/Documents/../Documents")]
    [InlineData("/v1/Services/default/Other")]
    [InlineData("/v1/Services/default/Documents/x/Items")]
    [InlineData("/v1/Services/default/Documents/x/Permissions/y/z")]
    [InlineData("/v1/Services/default/Streams/x/Permissions")]
    [InlineData("/v1/Services/default/Streams/x/Messages/y")]
    [InlineData("/v1/Services//Maps//Items")]
    [InlineData("/v1/Services/none/Documents")]
    [InlineData("/v1/Services/IS00000000000000000000000000000001/Documents")]
    public async Task An_unknown_route_is_not_found(string path)
    {
        SyncAnswer answer = await RawAsync("GET", path);
        answer.ShouldBe(404, 20404);
        string asked = path.StartsWith("/v1/", StringComparison.Ordinal) ? path["/v1".Length..] : path;
        answer.Body.GetProperty("message").GetString().Should().Be($"The requested resource {asked} was not found");
    }

    [Theory]
    [InlineData("http://localhost")]
    [InlineData("http://localhost:80")]
    public async Task A_target_in_absolute_form_is_the_same_as_its_path(string origin)
    {
        await emulator.FormAsync("Documents", ("UniqueName", name));
        SyncAnswer document = await RawAsync("GET", $"{origin}{Service}/Documents/{name}");
        document.Body.GetProperty("unique_name").GetString().Should().Be(name);
    }

    [Theory]
    [InlineData("PUT", "")]
    [InlineData("PATCH", "/default")]
    [InlineData("DELETE", "/default/Documents")]
    [InlineData("PUT", "/default/Documents/x")]
    [InlineData("OPTIONS", "/default/Lists")]
    [InlineData("DELETE", "/default/Lists/x/Items")]
    [InlineData("PUT", "/default/Maps/x/Items/y")]
    [InlineData("get", "/default/Maps/x")]
    [InlineData("GET", "/default/Streams/x/Messages")]
    [InlineData("POST", "/default/Documents/x/Permissions")]
    [InlineData("FOO", "/default/Documents/x/Permissions/y")]
    public async Task A_method_that_a_resource_does_not_have_is_refused(string method, string path) =>
        (await RawAsync(method, $"/v1/Services{path}")).ShouldBe(405, 20004);

    [Fact]
    public async Task HEAD_is_refused_without_a_body()
    {
        SyncAnswer answer = await RawAsync("HEAD", $"{Service}/Documents");
        (answer.Status, answer.Body.ValueKind).Should().Be((405, System.Text.Json.JsonValueKind.Undefined));
    }

    public static TheoryData<string[]> BadCredentials => new((string[][])
    [
        [],
        ["Authorization:"],
        ["Authorization: Basic"],
        ["Authorization: Basic "],
        ["Authorization: Basic !!!"],
        ["Authorization: Bearer abc"],
        ["Authorization: Basic " + Encode(":")],
        ["Authorization: Basic " + Encode(Defaults.AccountSid)],
        ["Authorization: Basic " + Encode(Defaults.AccountSid + ":")],
        ["Authorization: Basic " + Encode(Defaults.AccountSid + ":" + Defaults.ApiKeySecret)],
        ["Authorization: Basic " + Encode(Defaults.AccountSid + ":" + Defaults.AuthToken + " ")],
        ["Authorization: Basic " + Encode(Defaults.ApiKeySid + ":" + Defaults.AuthToken)],
        ["Authorization: Basic " + new string('A', 20_000)],
        ["Authorization: Basic " + Encode(Defaults.AccountSid + ":" + Defaults.AuthToken), "Authorization: Basic " + Encode("a:b")],
    ]);

    [Theory]
    [MemberData(nameof(BadCredentials))]
    public async Task Other_credentials_than_the_configured_ones_are_refused(string[] headers)
    {
        (await SyncAnswer.SendRawAsync(emulator, "GET", $"{Service}/Documents", headers)).ShouldBe(401, 20003);
        (await SyncAnswer.SendRawAsync(emulator, "GET", "/nowhere", headers)).ShouldBe(401, 20003);
    }

    [Theory]
    [InlineData("basic")]
    [InlineData("BASIC")]
    public async Task The_scheme_of_the_credentials_may_be_in_any_case(string scheme)
    {
        string header = $"Authorization: {scheme} {Encode($"{emulator.Options.ApiKeySid}:{emulator.Options.ApiKeySecret}")}";
        (await SyncAnswer.SendRawAsync(emulator, "GET", $"{Service}/Documents", [header])).ShouldBe(200);
    }

    [Fact]
    public async Task Headers_beyond_all_measure_are_refused() =>
        (await SyncAnswer.SendRawAsync(emulator, "GET", $"{Service}/Documents", ["Authorization: Basic " + new string('A', 33_000)]))
            .Status.Should().Be(431);

    [Theory]
    [InlineData("application/json", """{"UniqueName":"json","Data":{"a":1}}""")]
    [InlineData("text/plain", "UniqueName=plain")]
    [InlineData("", "UniqueName=typeless")]
    public async Task A_body_that_is_not_a_form_is_ignored(string type, string body)
    {
        string[] headers = type.Length > 0 ? [Authorization, $"Content-Type: {type}"] : [Authorization];
        SyncAnswer created = await SyncAnswer.SendRawAsync(emulator, "POST", $"{Service}/Documents", headers, body);
        created.ShouldBe(201);
        created.Body.GetProperty("unique_name").GetString().Should().BeNull();
        created.Data.Should().Be("{}");
        (await SyncAnswer.SendRawAsync(emulator, "POST", $"{Service}/Documents/{created.Sid}", headers, body)).ShouldBe(400, 54010);
    }

    [Fact]
    public async Task A_multipart_form_is_a_form()
    {
        using MultipartFormDataContent form = new() { { new StringContent(name), "UniqueName" }, { new StringContent("""{"a":1}"""), "Data" } };
        SyncAnswer created = await SyncAnswer.ReadAsync(await emulator.Http.PostAsync(new Uri("Documents", UriKind.Relative), form));
        created.ShouldBe(201);
        (created.Body.GetProperty("unique_name").GetString(), created.Data).Should().Be((name, """{"a":1}"""));
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "UniqueName=%00")]
    [InlineData("multipart/form-data", "x")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Dis")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"Data\"\r\n\r\n{")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"Data\"\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n{}\r\n--x--\r\n")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-7", "Data=%7B%7D")]
    [InlineData("application/x-www-form-urlencoded; charset=unicode-1-1-utf-7", "Data=%7B%7D")]
    public async Task A_malformed_form_is_refused(string type, string body) =>
        (await SyncAnswer.SendRawAsync(emulator, "POST", $"{Service}/Documents", [Authorization, $"Content-Type: {type}"], body)).ShouldBe(400, 54008);

    [Theory]
    [InlineData("utf-8")]
    [InlineData("UTF8")]
    [InlineData("'utf-8'")]
    [InlineData("\"\"")]
    [InlineData("us-ascii")]
    [InlineData("iso-8859-1")]
    [InlineData("windows-1252")]
    [InlineData("nonsense")]
    public async Task A_form_is_read_whatever_its_charset_if_it_is_ASCII(string charset) => (await SyncAnswer.SendRawAsync(
        emulator, "POST", $"{Service}/Documents", [Authorization, $"{FormType}; charset={charset}"], "Data=%7B%22a%22:1%7D")).Data.Should().Be("""{"a":1}""");

    [Fact]
    public async Task No_charset_makes_a_write_fail()
    {
        foreach (string charset in Encoding.GetEncodings().Select(encoding => encoding.Name).Concat(["utf-7", "\"UTF-7\"", "utf-16", "utf-32be", "65000", "é", "\"", "utf-8;"]))
        {
            SyncAnswer answer = await SyncAnswer.SendRawAsync(emulator, "POST", $"{Service}/Documents", [Authorization, $"{FormType}; charset={charset}"], "Data=%7B%7");
            answer.Status.Should().BeLessThan(500, charset);
        }
    }

    [Theory]
    [InlineData("ffffffffff\r\nabc")]
    [InlineData("7fffffffffffffff\r\nabc")]
    [InlineData("zz\r\nabc")]
    [InlineData("-1\r\nabc")]
    public async Task A_chunk_of_an_impossible_size_is_refused(string body)
    {
        foreach (string type in (string[])[FormType, "Content-Type: multipart/form-data; boundary=x"])
        {
            (await SyncAnswer.SendRawAsync(emulator, "POST", $"{Service}/Documents", [Authorization, type, "Transfer-Encoding: chunked"], body)).ShouldBe(400, 54008);
        }
    }

    [Theory]
    [InlineData("xn--", 403)]
    [InlineData("xn--:7072", 403)]
    [InlineData("a.xn--", 403)]
    [InlineData("..", 403)]
    [InlineData("a..b", 403)]
    [InlineData("a:99999", 403)]
    [InlineData("localhost:99999", 400)]
    public async Task A_host_that_no_URL_can_have_is_refused_before_anything_is_written(string host, int status)
    {
        (await SyncAnswer.SendRawAsync(
            emulator, "POST", $"{Service}/Documents", [Authorization, FormType], $"UniqueName={name}", host)).Status.Should().Be(status);
        (await emulator.GetAsync($"Documents/{name}")).ShouldBe(404, 20404);
    }

    [Theory]
    [InlineData("localhost:7072")]
    [InlineData("LocalHost")]
    [InlineData("127.0.0.1:1")]
    [InlineData("[::1]:7072")]
    public async Task URLs_have_the_host_as_the_caller_wrote_it(string host) => (await SyncAnswer.SendRawAsync(
        emulator, "POST", $"{Service}/Documents", [Authorization, FormType], "", host)).Body.GetProperty("url").GetString().Should().StartWith($"http://{host}/v1/Services/");

    [Fact]
    public async Task Without_a_host_URLs_have_the_address_that_was_called()
    {
        RawAnswer old = await RawHttp.SendAsync(emulator.Server.Url, $"GET {Service}/Documents HTTP/1.0\r\n{Authorization}\r\n\r\n");
        RawAnswer empty = await RawHttp.SendAsync(emulator.Server.Url, RawHttp.Request("GET", $"{Service}/Documents", "", [Authorization]));

        old.Body.Should().Contain($"\"url\":\"{emulator.Server.Url}v1/Services/");
        empty.Body.Should().Contain($"\"url\":\"{emulator.Server.Url}v1/Services/");
    }

    [Fact]
    public async Task A_form_with_too_many_parameters_is_refused() =>
        (await FormAsync($"{Service}/Documents", string.Join('&', Enumerable.Range(0, 2_000).Select(i => $"p{i}=")))).ShouldBe(400, 54008);

    [Fact]
    public async Task The_first_of_a_repeated_parameter_is_used() =>
        (await FormAsync($"{Service}/Documents", """Data={"a":1}&Data={"a":2}""")).Data.Should().Be("""{"a":1}""");

    [Theory]
    [InlineData(16 * 1024, 201)]
    [InlineData((16 * 1024) + 1, 413)]
    [InlineData(80 * 1024, 413)]
    public async Task Data_is_measured_in_bytes(int size, int status)
    {
        string data = $$"""{"a":"{{new string('é', (size - 8) / 2)}}{{new string('x', size % 2)}}"}""";
        Encoding.UTF8.GetByteCount(data).Should().Be(size);
        foreach (string path in (string[])["Documents", $"Lists/{(await emulator.FormAsync("Lists")).Sid}/Items"])
        {
            (await emulator.FormAsync(path, ("Data", data))).ShouldBe(status, status == 201 ? null : 54006);
        }
    }

    [Fact]
    public async Task A_body_beyond_all_measure_is_refused_before_it_is_sent() => (await SyncAnswer.SendRawAsync(
        emulator, "POST", $"{Service}/Documents", [Authorization, FormType, "Content-Length: 10000000"])).ShouldBe(413, 54006);

    [Theory]
    [InlineData(4 * 1024, 201)]
    [InlineData((4 * 1024) + 1, 413)]
    public async Task A_message_is_smaller_than_other_data(int size, int status)
    {
        SyncAnswer stream = await emulator.FormAsync("Streams");
        string data = $$"""{"a":"{{new string('x', size - 8)}}"}""";
        (await emulator.FormAsync($"Streams/{stream.Sid}/Messages", ("Data", data))).ShouldBe(status, status == 201 ? null : 54006);
    }

    [Theory]
    [InlineData("", 54008)]
    [InlineData(" ", 54008)]
    [InlineData("{", 54008)]
    [InlineData("{}{}", 54008)]
    [InlineData("{a:1}", 54008)]
    [InlineData("{'a':1}", 54008)]
    [InlineData("""{"a":1,}""", 54008)]
    [InlineData("{} // no", 54008)]
    [InlineData("\ufeff{}", 54008)]
    [InlineData("[]", 54008)]
    [InlineData("1", 54008)]
    [InlineData("\"a\"", 54008)]
    [InlineData("true", 54008)]
    [InlineData("NaN", 54008)]
    [InlineData("null", 54101)]
    public async Task Data_that_is_not_a_JSON_object_is_refused(string data, int code)
    {
        (await emulator.FormAsync("Documents", ("UniqueName", name), ("Data", data))).ShouldBe(400, code);
        (await emulator.GetAsync($"Documents/{name}")).ShouldBe(404, 20404);
    }

    [Theory]
    [InlineData("""{"b":1,"a":2,"b":3}""")]
    [InlineData("""{ "n" : 1.0e+3, "big": 123456789012345678901234567890 }""")]
    [InlineData("""{"s":"\u00e9\ud83d\ude00</script>&'\\"}""")]
    [InlineData("""{"half":"\ud800"}""")]
    [InlineData("""{"":{"":[[],{}]}}""")]
    [InlineData("{\"s\":\"\u2028é😀\"}\n")]
    [InlineData("""{"date":"2026-01-31T00:00:00+02:00"}""")]
    public async Task Data_is_returned_exactly(string data)
    {
        await emulator.FormAsync("Documents", ("UniqueName", name), ("Data", data));
        string body = await emulator.Http.GetStringAsync(new Uri($"Documents/{name}", UriKind.Relative));
        body.Should().Contain($"\"data\":{data}");
    }

    [Fact]
    public async Task Data_may_be_nested_as_deeply_as_its_size_allows()
    {
        string data = string.Concat(Enumerable.Repeat("{\"a\":", 2_700)) + "{}" + new string('}', 2_700);
        await emulator.FormAsync("Documents", ("UniqueName", name), ("Data", data));
        (await emulator.Http.GetStringAsync(new Uri($"Documents/{name}", UriKind.Relative))).Should().Contain(data);
    }

    [Theory]
    [InlineData("0", 200, null)]
    [InlineData("\"0\"", 200, null)]
    [InlineData("*", 200, null)]
    [InlineData("1", 412, 54103)]
    [InlineData("\"1\"", 412, 54103)]
    [InlineData("abc", 412, 54103)]
    [InlineData("99999999999999999999", 412, 54103)]
    [InlineData("", 400, 54003)]
    [InlineData("\"\"", 400, 54003)]
    [InlineData("\"", 400, 54003)]
    [InlineData("\"0", 400, 54003)]
    [InlineData("W/\"0\"", 412, 54103)]
    [InlineData("W/\"\"", 400, 54003)]
    [InlineData("W/0", 400, 54003)]
    [InlineData("-1", 400, 54003)]
    [InlineData("0, 0", 400, 54003)]
    [InlineData("\"0\", \"1\"", 400, 54003)]
    public async Task If_Match_is_a_revision_bare_or_quoted(string ifMatch, int status, int? code)
    {
        SyncAnswer document = await emulator.FormAsync("Documents", ("UniqueName", name));
        (await FormAsync($"{Service}/Documents/{document.Sid}", """Data={"a":1}""", $"If-Match: {ifMatch}")).ShouldBe(status, code);
        (await emulator.GetAsync($"Documents/{name}")).Revision.Should().Be(status == 200 ? "1" : "0");
    }

    [Fact]
    public async Task A_repeated_If_Match_is_refused()
    {
        await emulator.FormAsync("Documents", ("UniqueName", name));
        (await FormAsync($"{Service}/Documents/{name}", "Ttl=0", "If-Match: 0", "If-Match: 0")).ShouldBe(400, 54003);
    }

    [Theory]
    [InlineData("Lists", 54155)]
    [InlineData("Maps", 54205)]
    public async Task If_Match_holds_for_the_update_and_the_removal_of_an_item(string kind, int code)
    {
        string items = $"{kind}/{(await emulator.FormAsync(kind)).Sid}/Items";
        await emulator.FormAsync(items, ("Key", "0"), ("Data", "{}"));
        (await emulator.CallAsync(HttpMethod.Post, $"{items}/0", "7", ("Data", "{}"))).ShouldBe(412, code);
        (await emulator.DeleteAsync($"{items}/0", "7")).ShouldBe(412, code);
        (await emulator.DeleteAsync($"{items}/0", "-")).ShouldBe(400, 54003);
        (await emulator.CallAsync(HttpMethod.Post, $"{items}/0", "0", ("Data", """{"a":1}"""))).Revision.Should().Be("1");
        (await emulator.DeleteAsync($"{items}/0", "0")).ShouldBe(412, code);
        (await emulator.DeleteAsync($"{items}/0", "1")).ShouldBe(204);
    }

    [Fact]
    public async Task Documents_and_items_have_an_ETag_and_nothing_else_has()
    {
        SyncAnswer document = await emulator.FormAsync("Documents");
        await ShouldHaveETagAsync(document, $"Documents/{document.Sid}", ("Data", """{"a":1}"""));
        foreach (string kind in (string[])["Lists", "Maps"])
        {
            SyncAnswer parent = await emulator.FormAsync(kind);
            SyncAnswer item = await emulator.FormAsync($"{kind}/{parent.Sid}/Items", ("Key", "0"), ("Data", "{}"));
            await ShouldHaveETagAsync(item, $"{kind}/{parent.Sid}/Items/0", ("Data", """{"a":1}"""));
            await ShouldHaveNoETagAsync(parent, $"{kind}/{parent.Sid}", $"{kind}/{parent.Sid}/Items", kind);
        }

        SyncAnswer stream = await emulator.FormAsync("Streams");
        await ShouldHaveNoETagAsync(stream, $"Streams/{stream.Sid}", "Streams");
        SyncAnswer permission = await emulator.FormAsync($"Documents/{document.Sid}/Permissions/me", ("Read", "true"));
        await ShouldHaveNoETagAsync(permission, $"Documents/{document.Sid}/Permissions/me", $"Documents/{document.Sid}/Permissions", "Documents", "");
        (await emulator.FormAsync($"Streams/{stream.Sid}/Messages", ("Data", "{}"))).ETag.Should().BeNull();
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.0")]
    [InlineData("%201")]
    [InlineData("99999999999999999999")]
    public async Task A_list_index_is_a_whole_number(string index)
    {
        SyncAnswer list = await emulator.FormAsync("Lists");
        (await RawAsync("GET", $"{Service}/Lists/{list.Sid}/Items/{index}")).ShouldBe(400, 54458);
    }

    [Fact]
    public async Task A_cancelled_request_does_no_harm()
    {
        SyncAnswer list = await emulator.FormAsync("Lists");
        string items = $"Lists/{list.Sid}/Items";
        for (int i = 0; i < 50; i++)
        {
            using CancellationTokenSource cancelled = new();
            using FormUrlEncodedContent form = new([KeyValuePair.Create("Data", "{}")]);
            Task<HttpResponseMessage> adding = emulator.Http.PostAsync(new Uri(items, UriKind.Relative), form, cancelled.Token);
            await Task.Delay(i % 5);
            await cancelled.CancelAsync();
            await adding.ContinueWith(_ => { }, TaskScheduler.Default);
        }

        // Every applied change is complete, and the list continues after it.
        SyncAnswer added = await emulator.FormAsync(items, ("Data", """{"last":true}"""));
        added.ShouldBe(201);
        SyncAnswer page = await emulator.GetAsync($"{items}?PageSize=100");
        page.Ids.Should().Equal(Enumerable.Range(0, page.Ids.Length).Select(index => $"{index}"));
        page.Ids.Should().Contain($"{added.Index}");
    }

    [Fact]
    public async Task An_incomplete_body_changes_nothing()
    {
        await emulator.FormAsync("Documents", ("UniqueName", name));
        using (System.Net.Sockets.TcpClient client = new())
        {
            await client.ConnectAsync(IPAddress.Loopback, emulator.Server.Url.Port);
            string request = $"POST {Service}/Documents/{name} HTTP/1.1\r\nHost: localhost\r\n{Authorization}\r\n{FormType}\r\nContent-Length: 100\r\n\r\nData={{}}";
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        }

        (await emulator.GetAsync($"Documents/{name}")).Revision.Should().Be("0");
        (await emulator.FormAsync($"Documents/{name}", ("Data", "{}"))).Revision.Should().Be("1");
    }

    private static string Encode(string credentials) => Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials));

    private async Task ShouldHaveETagAsync(SyncAnswer created, string path, (string, string) change)
    {
        created.ETag.Should().Be($"\"{created.Revision}\"");
        SyncAnswer updated = await emulator.FormAsync(path, change);
        updated.ETag.Should().Be($"\"{updated.Revision}\"").And.NotBe(created.ETag);
        EntityTagHeaderValue.TryParse(updated.ETag, out _).Should().BeTrue();
        (await emulator.GetAsync(path)).ETag.Should().Be(updated.ETag);
    }

    private async Task ShouldHaveNoETagAsync(SyncAnswer created, params string[] paths)
    {
        created.ETag.Should().BeNull();
        foreach (string path in paths)
        {
            SyncAnswer answer = await emulator.GetAsync(path.Length > 0 ? path : $"{Service}");
            answer.ShouldBe(200);
            answer.ETag.Should().BeNull("{0} has none", path);
        }
    }

    private Task<SyncAnswer> RawAsync(string method, string target) => SyncAnswer.SendRawAsync(emulator, method, target);

    private Task<SyncAnswer> FormAsync(string target, string form, params string[] headers) =>
        SyncAnswer.SendRawAsync(emulator, "POST", target, [Authorization, FormType, .. headers], form);
}
