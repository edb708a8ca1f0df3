using System.Net.Sockets;
using System.Text;
using System.Text.Json;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

using SyncFunctions.Functions;
using SyncFunctions.Tests.Support;

using Problem = SyncFunctions.Tests.Support.Problem;

namespace SyncFunctions.Tests.Functions;

/// <summary>The route <c>webhook/{function}</c>: only requests that Twilio signed are accepted.</summary>
public sealed class TwilioSignatureTests(ServicesFixture fixture, TwilioSigner signer) : IClassFixture<ServicesFixture>, IClassFixture<TwilioSigner>
{
    private const string Header = "X-Twilio-Signature";
    private const string FormType = "application/x-www-form-urlencoded";

    private static readonly (string Name, string Value)[] PublishedForm =
    [
        ("CallSid", "CA1234567890ABCDE"), ("Caller", "+14158675309"), ("Digits", "1234"), ("From", "+14158675309"), ("To", "+18005551212"),
    ];

    private readonly TestApp app = fixture.App;

    public static TheoryData<string> Forms =>
    [
        "plain", "unicode", "plus and percent", "empty values", "repeated fields", "300 fields", "no fields",
    ];

    [Fact]
    public void The_published_signature_of_a_form_is_right() =>
        Published("?foo=1&bar=2", FormType, Calls.Encode(PublishedForm), "RSOYDt4T1cUTdK1PDd93/VVr8B8=").Should().BeTrue();

    [Fact]
    public void The_published_signature_of_a_body_is_right()
    {
        const string Query = "?foo=1&bar=2&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
        const string Body = """{"property": "value", "boolean": true}""";
        const string Signature = "a9nBmqA0ju/hNViExpshrM61xv4=";
        Published(Query, "application/json", Body, Signature).Should().BeTrue();
        Published(Query, "application/json", Body.Replace("true", "True", StringComparison.Ordinal), Signature).Should().BeFalse();
        Published(Query, "application/json", "", Signature).Should().BeFalse("the body was taken away");
        Published(Query, FormType, "", Signature).Should().BeFalse("the body was taken away");
        Published(Query, FormType, "&", Signature).Should().BeFalse("the body was taken away");
        Published(Query.ToUpperInvariant(), "application/json", Body, Signature).Should().BeFalse();
    }

    [Fact]
    public void A_second_signature_is_refused()
    {
        const string Signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
        Published("?foo=1&bar=2", FormType, Calls.Encode(PublishedForm), new StringValues([Signature, Signature])).Should().BeFalse();
        Published("?foo=1&bar=2", FormType, Calls.Encode(PublishedForm), new StringValues([Signature, "x"])).Should().BeFalse();
        Published("?foo=1&bar=2", FormType, Calls.Encode(PublishedForm), $"{Signature},{Signature}").Should().BeFalse();
        Published("?foo=1&bar=2", FormType, Calls.Encode(PublishedForm), StringValues.Empty).Should().BeFalse();
        Published("?foo=1&bar=2", FormType, Calls.Encode(PublishedForm), "").Should().BeFalse();
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_form_signed_by_the_official_helper_gets_through(string which)
    {
        RequireHelper();
        string docName = Calls.NewName();
        (string Name, string Value)[] form = Form(which);
        string url = Url(form.Length == 0 ? $"searchDocument?docName={docName}" : $"createDocument?docName={docName}");
        TwilioSigned signed = Single(await signer.SignAsync(new TwilioRequest(url, form)));

        JsonElement resolved = await SendAsync(signed, form).ResolvedAsync();
        if (form.Length > 0)
        {
            IEnumerable<(string, string)> stored = resolved.GetProperty("data").EnumerateObject().SelectMany(member =>
                (member.Value.ValueKind == JsonValueKind.Array ? member.Value.EnumerateArray().Select(value => value.GetString()!) : [member.Value.GetString()!])
                .Select(value => (member.Name, value)));
            stored.Should().BeEquivalentTo(form);
        }
    }

    [Theory]
    [InlineData("""{"data":{"a":1}}""")]
    [InlineData("""{ "data" : { "text" : "é 😀 \u00e9" } }""")]
    [InlineData("""{"data":{},"docName":"other"}""")]
    public async Task A_JSON_body_signed_by_the_official_helper_gets_through(string body)
    {
        RequireHelper();
        string docName = Calls.NewName();
        TwilioSigned signed = Single(await signer.SignAsync(new TwilioRequest(Url($"createDocument?docName={docName}"), Body: body)));
        JsonElement document = await SendAsync(signed, body, "application/json").ResolvedAsync();
        document.Raw("data").Should().Be(JsonElement.Parse(body).Raw("data"));
        document.Text("uniqueName").Should().Be(docName, "the URL is the app owner's");
    }

    [Fact]
    public async Task A_signed_GET_gets_through()
    {
        RequireHelper();
        string listName = await ListAsync();
        TwilioSigned[] signed = await signer.SignAsync(
            new TwilioRequest(Url($"getList?listName={listName}")),
            new TwilioRequest(Url($"getListItems?key=%2B1%20%C3%A9&listName={listName}")),
            new TwilioRequest(Url("getService")),
            new TwilioRequest(Url($"addListItem?listName={listName}")));

        (await GetAsync(signed[0]).ResolvedAsync()).Text("uniqueName").Should().Be(listName);
        (await GetAsync(signed[1]).ResolvedAsync()).GetArrayLength().Should().Be(0);
        (await GetAsync(signed[2]).ResolvedAsync()).Text("sid").Should().StartWith("IS");
        (await GetAsync(signed[3]).FailedAsync()).Status.Should().Be(405);
        (await ItemsAsync(listName)).Should().Be(0);
    }

    [Theory]
    [InlineData("https://hooks.example.com", "https://hooks.example.com")]
    [InlineData("https://hooks.example.com", "https://hooks.example.com:443")]
    [InlineData("https://hooks.example.com:443", "https://hooks.example.com")]
    [InlineData("https://hooks.example.com:443/", "https://hooks.example.com:443")]
    [InlineData("http://hooks.example.com", "http://hooks.example.com:80")]
    [InlineData("http://hooks.example.com:80", "http://hooks.example.com")]
    [InlineData("https://hooks.example.com:8443", "https://hooks.example.com:8443")]
    [InlineData("https://hooks.example.com/base/path", "https://hooks.example.com/base/path")]
    [InlineData("https://hooks.example.com:8443/base/path/", "https://hooks.example.com:8443/base/path")]
    [InlineData("https://first.example.com, https://hooks.example.com", "https://hooks.example.com")]
    public async Task The_public_URL_is_what_was_signed(string configured, string signedUrl)
    {
        RequireHelper();
        await using TestApp behind = await TestApp.StartAsync(new Dictionary<string, string?> { ["PublicUrl"] = configured });
        const string Path = "/api/webhook/openList?listName=calls";
        (string, string)[] form = [("CallSid", "CA1")];
        TwilioSigned[] signed = await signer.SignAsync(
            new TwilioRequest(signedUrl + Path, form), new TwilioRequest($"{behind.Url.GetLeftPart(UriPartial.Authority)}{Path}", form),
            new TwilioRequest(signedUrl.Replace("hooks", "evil", StringComparison.Ordinal) + Path, form),
            new TwilioRequest(signedUrl + "/more" + Path, form));

        (await SendAsync(signed[0] with { Url = Inner() }, form).ResolvedAsync()).Text("uniqueName").Should().Be("calls");
        foreach (TwilioSigned other in signed[1..])
        {
            (await SendAsync(other with { Url = Inner() }, form).FailedAsync()).Status.Should().Be(403);
        }

        string Inner() => $"{behind.Url.GetLeftPart(UriPartial.Authority)}{Path}";
    }

    [Fact]
    public async Task A_signature_of_any_other_URL_is_refused()
    {
        RequireHelper();
        string listName = await ListAsync();
        string url = Url($"addListItem?listName={listName}&ttl=60");
        TwilioSigned[] signed = await signer.SignAsync(Changes(url).Select(other => new TwilioRequest(other, PublishedForm)));
        signed.Should().HaveCount(url.Length);
        foreach (TwilioSigned other in signed)
        {
            await ForbiddenAsync(SendAsync(other with { Url = url }, PublishedForm), other.Url);
        }

        (await ItemsAsync(listName)).Should().Be(0);
    }

    [Fact]
    public async Task A_query_that_was_changed_is_refused()
    {
        RequireHelper();
        string listName = await ListAsync();
        string url = Url($"addListItem?listName={listName}&ttl=60");
        int query = url.IndexOf('?', StringComparison.Ordinal) + 1;
        TwilioSigned signed = Single(await signer.SignAsync(new TwilioRequest(url, PublishedForm)));
        foreach (string changed in Changes(url[query..]))
        {
            await ForbiddenAsync(SendAsync(signed with { Url = url[..query] + changed }, PublishedForm), changed);
        }

        foreach (string added in (string[])["&", "&x=1", "&ttl=0", "%20"])
        {
            await ForbiddenAsync(SendAsync(signed with { Url = url + added }, PublishedForm), added);
        }

        (await ItemsAsync(listName)).Should().Be(0);
    }

    [Fact]
    public async Task Another_function_than_the_signed_one_is_refused()
    {
        RequireHelper();
        string listName = await ListAsync();
        string url = Url($"addListItem?listName={listName}");
        TwilioSigned signed = Single(await signer.SignAsync(new TwilioRequest(url, PublishedForm)));
        foreach (string function in (string[])["removeList", "getList", "addlistitem", "addListIten", "webhook", "health", "addListItem/", "%61ddListItem"])
        {
            using HttpResponseMessage response = await SendAsync(
                signed with { Url = url.Replace("addListItem", function, StringComparison.Ordinal) }, PublishedForm);
            // An escape is the same path, however it is written.
            ((int)response.StatusCode).Should().Be(function == "%61ddListItem" ? 200 : 403, "of {0}", function);
        }

        (await ItemsAsync(listName)).Should().Be(1);
    }

    [Fact]
    public async Task A_path_that_was_signed_as_it_is_sent_gets_through()
    {
        string listName = await ListAsync();
        string url = Url($"%61ddListItem?listName={listName}");
        await SendAsync(new TwilioSigned(url, TwilioSigner.Sign(url + "a1")), [("a", "1")]).ResolvedAsync();
        await ForbiddenAsync(
            SendAsync(new TwilioSigned(url.Replace("%61", "%62", StringComparison.Ordinal), TwilioSigner.Sign(url + "a1")), [("a", "1")]), "another path");
        (await ItemsAsync(listName)).Should().Be(1);
    }

    [Fact]
    public async Task A_field_that_was_changed_or_added_or_taken_away_is_refused()
    {
        RequireHelper();
        string listName = await ListAsync();
        TwilioSigned signed = Single(await signer.SignAsync(new TwilioRequest(Url($"addListItem?listName={listName}"), PublishedForm)));
        for (int i = 0; i < PublishedForm.Length; i++)
        {
            (string name, string value) = PublishedForm[i];
            foreach ((string Name, string Value) changed in Changes(name).Select(other => (other, value)).Concat(Changes(value).Select(other => (name, other))))
            {
                (string, string)[] form = [.. PublishedForm];
                form[i] = changed;
                await ForbiddenAsync(SendAsync(signed, form), changed.ToString());
            }

            await ForbiddenAsync(SendAsync(signed, [.. PublishedForm[..i], .. PublishedForm[(i + 1)..]]), $"no {name}");
            await ForbiddenAsync(SendAsync(signed, [.. PublishedForm, (name, "x")]), $"another {name}");
        }

        await ForbiddenAsync(SendAsync(signed, [.. PublishedForm, ("Extra", "1")]), "an added field");
        await ForbiddenAsync(SendAsync(signed, [.. PublishedForm, ("Extra", "")]), "an added field");
        await ForbiddenAsync(SendAsync(signed, []), "no field");
        (await ItemsAsync(listName)).Should().Be(0);
    }

    [Fact]
    public async Task The_order_of_the_fields_does_not_matter()
    {
        RequireHelper();
        string listName = await ListAsync();
        TwilioSigned signed = Single(await signer.SignAsync(new TwilioRequest(Url($"addListItem?listName={listName}"), PublishedForm)));
        (string Name, string Value)[] reversed = [.. PublishedForm.Reverse()];
        JsonElement item = await SendAsync(signed, reversed).ResolvedAsync();
        item.GetProperty("data").EnumerateObject().Select(member => (member.Name, member.Value.GetString())).Should().Equal(reversed!);
    }

    [Fact]
    public async Task A_body_that_was_changed_is_refused()
    {
        RequireHelper();
        string listName = await ListAsync();
        const string Body = """{"data":{"CallSid":"CA1","n":1.5}}""";
        TwilioSigned signed = Single(await signer.SignAsync(new TwilioRequest(Url($"addListItem?listName={listName}"), Body: Body)));
        foreach (string changed in (IEnumerable<string>)[.. Changes(Body), Body + " ", " " + Body, "", "{}"])
        {
            await ForbiddenAsync(SendAsync(signed, changed, "application/json"), changed);
        }

        foreach (string form in (string[])["", "&", "=", "a=1", "data=%7B%7D"])
        {
            await ForbiddenAsync(SendAsync(signed, form, FormType), $"a form of {form}");
        }

        await ForbiddenAsync(
            SendAsync(signed with { Url = signed.Url.Replace("&bodySHA256", "&other", StringComparison.Ordinal) }, Body, "application/json"), "no digest");
        (await ItemsAsync(listName)).Should().Be(0);
        await SendAsync(signed, Body, "application/json").ResolvedAsync();
    }

    [Fact]
    public async Task A_body_whose_digest_is_not_in_the_URL_is_refused()
    {
        RequireHelper();
        string listName = await ListAsync();
        TwilioSigned signed = Single(await signer.SignAsync(new TwilioRequest(Url($"addListItem?listName={listName}"))));
        await ForbiddenAsync(SendAsync(signed, """{"data":{}}""", "application/json"), "a body that nobody signed");
        (await ItemsAsync(listName)).Should().Be(0);
    }

    [Fact]
    public async Task A_signature_that_was_changed_is_refused()
    {
        RequireHelper();
        string listName = await ListAsync();
        TwilioSigned signed = Single(await signer.SignAsync(new TwilioRequest(Url($"addListItem?listName={listName}"), PublishedForm)));
        foreach (string changed in (IEnumerable<string>)[.. Changes(signed.Signature), signed.Signature.TrimEnd('='), signed.Signature + "=", "x", $"\"{signed.Signature}\"", $"{signed.Signature}, {signed.Signature}"])
        {
            await ForbiddenAsync(SendAsync(signed with { Signature = changed }, PublishedForm), changed);
        }

        (await ItemsAsync(listName)).Should().Be(0);
    }

    [Fact]
    public async Task A_signature_that_is_missing_or_given_twice_is_refused()
    {
        RequireHelper();
        string listName = await ListAsync();
        TwilioSigned signed = Single(await signer.SignAsync(new TwilioRequest(Url($"addListItem?listName={listName}"), PublishedForm)));
        Problem missing = await app.PostFormAsync($"webhook/addListItem?listName={listName}", PublishedForm).FailedAsync();
        missing.Status.Should().Be(403);
        missing.Detail.Should().Be("The request needs one valid X-Twilio-Signature, which Twilio adds to its webhooks.");

        (await PostRawAsync(signed, 1)).Should().StartWith("HTTP/1.1 200 ");
        (await PostRawAsync(signed, 2)).Should().StartWith("HTTP/1.1 403 ");
        (await PostRawAsync(signed, 0)).Should().StartWith("HTTP/1.1 403 ");
        (await ItemsAsync(listName)).Should().Be(1);
    }

    [Fact]
    public async Task A_signature_by_another_token_is_refused()
    {
        string listName = await ListAsync();
        string url = Url($"addListItem?listName={listName}");
        await ForbiddenAsync(SendAsync(new TwilioSigned(url, TwilioSigner.Sign(url + "a1", "another-token")), [("a", "1")]), "another token");
        await ForbiddenAsync(SendAsync(new TwilioSigned(url, TwilioSigner.Sign(url + "a1", "emulator-api-key-secret-0123456789")), [("a", "1")]), "a key's secret");
        await SendAsync(new TwilioSigned(url, TwilioSigner.Sign(url + "a1")), [("a", "1")]).ResolvedAsync();
    }

    [Fact]
    public async Task A_function_key_does_not_replace_a_signature()
    {
        await using TestApp keyed = await TestApp.StartAsync(new Dictionary<string, string?> { ["FunctionKeys:Host"] = "the-key" });
        using HttpResponseMessage response = await keyed.SendAsync(
            HttpMethod.Post, "webhook/openList?listName=calls&code=the-key", null, ("x-functions-key", "the-key"));
        (await Problem.ReadAsync(response)).Status.Should().Be(403);

        string url = new Uri(keyed.Url, "api/webhook/openList?listName=calls").AbsoluteUri;
        (await SendAsync(new TwilioSigned(url, TwilioSigner.Sign(url)), []).ResolvedAsync()).Text("uniqueName").Should().Be("calls");
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(1_001)]
    public async Task Far_too_many_fields_are_refused(int count)
    {
        string listName = await ListAsync();
        string url = Url($"addListItem?listName={listName}");
        (string Name, string Value)[] form = [.. Enumerable.Range(0, count).Select(i => ($"f{i:000000}", "1"))];
        string text = url + string.Concat(form.Select(field => field.Name + field.Value));
        using HttpResponseMessage response = await SendAsync(new TwilioSigned(url, TwilioSigner.Sign(text)), form);
        ((int)response.StatusCode).Should().BeInRange(400, 499);
        (await ItemsAsync(listName)).Should().Be(0);
    }

    [Fact]
    public async Task Without_an_auth_token_nothing_gets_through_and_the_setting_is_named()
    {
        Dictionary<string, string?> settings = TestApp.TwilioAt(app.Emulator.Url);
        settings.Remove("Twilio:AuthToken");
        settings["Twilio:ApiKeySid"] = "SK" + new string('0', 32);
        settings["Twilio:ApiKeySecret"] = "emulator-api-key-secret-0123456789";
        await using TestApp keyed = await TestApp.StartAsync(settings);
        await keyed.ResolveAsync("getService", new { });

        string url = new Uri(keyed.Url, "api/webhook/getService").AbsoluteUri;
        foreach (string token in (string[])["", "emulator-api-key-secret-0123456789", TwilioSigner.Token])
        {
            Problem problem = await GetAsync(new TwilioSigned(url, TwilioSigner.Sign(url, token))).FailedAsync();
            problem.Status.Should().Be(403);
            problem.Detail.Should().Contain("Twilio__AuthToken");
        }
    }

    [Theory]
    [InlineData("health")]
    [InlineData("webhook")]
    [InlineData("CREATETOKEN?identity=alice")]
    [InlineData("nothing")]
    [InlineData("addListItem2")]
    [InlineData("add%20ListItem")]
    [InlineData("createToken")]
    [InlineData("userToken")]
    [InlineData("setDocumentPermission")]
    [InlineData("setListPermission")]
    [InlineData("setMapPermission")]
    [InlineData("removeDocumentPermission")]
    [InlineData("removeListPermission")]
    [InlineData("removeMapPermission")]
    public async Task A_function_that_is_not_for_webhooks_is_not_found(string function)
    {
        string url = Url(function);
        Problem problem = await SendAsync(new TwilioSigned(url, TwilioSigner.Sign(url)), []).FailedAsync();
        problem.Should().Be(new Problem(404, "There is no such function for webhooks.", "function", null));

        // A caller without a signature does not learn which functions exist.
        await ForbiddenAsync(SendAsync(new TwilioSigned(url, "x"), []), function);
    }

    [Fact]
    public async Task Webhooks_are_called_by_GET_and_POST_only()
    {
        string listName = await ListAsync();
        string url = Url($"removeList?listName={listName}");
        foreach (string method in (string[])["DELETE", "PUT", "PATCH"])
        {
            using HttpResponseMessage response = await SendAsync(new HttpMethod(method), new TwilioSigned(url, TwilioSigner.Sign(url)), null);
            ((int)response.StatusCode).Should().Be(405);
        }

        Problem get = await GetAsync(new TwilioSigned(url, TwilioSigner.Sign(url))).FailedAsync();
        get.Status.Should().Be(405);
        (await ItemsAsync(listName)).Should().Be(0);
    }

    [Fact]
    public async Task The_signed_URL_overrides_a_field_of_the_callback()
    {
        string right = await ListAsync();
        string wrong = await ListAsync();
        string url = Url($"addListItem?listName={right}");
        JsonElement item = await SendAsync(
            new TwilioSigned(url, TwilioSigner.Sign($"{url}CallSidCA1listName{wrong}")), [("CallSid", "CA1"), ("listName", wrong)]).ResolvedAsync();
        item.Raw("data").Should().Be("""{"CallSid":"CA1"}""");
        (await ItemsAsync(right)).Should().Be(1);
        (await ItemsAsync(wrong)).Should().Be(0);

        // Without a signature the body takes precedence, as for every other caller.
        await app.PostFormAsync($"addListItem?listName={right}", ("CallSid", "CA1"), ("listName", wrong)).ResolvedAsync();
        (await ItemsAsync(wrong)).Should().Be(1);
    }

    [Fact]
    public async Task A_member_of_a_signed_body_does_not_override_the_URL()
    {
        string right = await ListAsync();
        string wrong = await ListAsync();
        string body = $$$"""{"listName":"{{{wrong}}}","service":"second","data":{"a":1}}""";
        string digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(body)));
        string url = Url($"addListItem?listName={right}&service=default&bodySHA256={digest}");
        await SendAsync(new TwilioSigned(url, TwilioSigner.Sign(url)), body, "application/json").ResolvedAsync();
        (await ItemsAsync(right)).Should().Be(1);
        (await ItemsAsync(wrong)).Should().Be(0);
    }

    private static bool Published(string query, string contentType, string body, StringValues signature)
    {
        DefaultHttpContext context = new();
        context.Request.Method = "POST";
        context.Request.Path = "/myapp.php";
        context.Request.QueryString = new QueryString(query);
        context.Request.ContentType = contentType;
        context.Request.Headers[Header] = signature;
        return new TwilioSignature(new WebhookSettings("12345", new Uri("https://mycompany.com"))).IsValid(context.Request, Encoding.UTF8.GetBytes(body));
    }

    private static (string Name, string Value)[] Form(string which) => which switch
    {
        "plain" => PublishedForm,
        "unicode" => [("Body", "Grüße, 漢字 😀\u200d\u2028"), ("ä", "ö"), ("Ä", "Ö"), ("\U0001F600", "\uFF5E"), ("\uFF5E", "\U0001F600"), ("Z", "z"), ("a", "A")],
        "plus and percent" => [("From", "+1 415+%2B"), ("a b", "c+d"), ("a+b", "=&?#"), ("%20", "%"), ("quote\"'", "<>\\/\r\n\t")],
        "empty values" => [("Body", ""), ("FromZip", ""), ("a", "b"), ("A", "")],
        "repeated fields" => [("Media", "two"), ("Media", "one"), ("x", "1"), ("Media", "Zwei"), ("media", "three")],
        "300 fields" => [.. Enumerable.Range(0, 300).Select(i => ($"field {i * 7919 % 300}", $"{i}"))],
        _ => [],
    };

    // Every text that has one character another than this.
    private static IEnumerable<string> Changes(string text) => Enumerable.Range(0, text.Length)
        .Select(i => text[..i] + (text[i] switch { 'x' => 'y', >= 'a' and <= 'z' => char.ToUpperInvariant(text[i]), _ => 'x' }) + text[(i + 1)..]);

    private static TwilioSigned Single(TwilioSigned[] signed) => signed.Should().ContainSingle().Subject;

    private static async Task ForbiddenAsync(Task<HttpResponseMessage> call, string because)
    {
        using HttpResponseMessage response = await call;
        ((int)response.StatusCode).Should().Be(403, "of {0}", because);
        (await Problem.ReadAsync(response)).Detail.Should().Contain(Header).And.Contain("PublicUrl", "it is the usual reason");
    }

    private static Task<HttpResponseMessage> GetAsync(TwilioSigned signed) => SendAsync(HttpMethod.Get, signed, null);

    private static Task<HttpResponseMessage> SendAsync(TwilioSigned signed, (string Name, string Value)[] form) =>
        SendAsync(signed, Calls.Encode(form), FormType);

    private static Task<HttpResponseMessage> SendAsync(TwilioSigned signed, string body, string contentType) =>
        SendAsync(HttpMethod.Post, signed, new StringContent(body, Encoding.UTF8, contentType));

    private static async Task<HttpResponseMessage> SendAsync(HttpMethod method, TwilioSigned signed, HttpContent? content)
    {
        using HttpClient client = new();
        using HttpRequestMessage request = new(method, new Uri(signed.Url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
        {
            Content = content,
        };
        request.Headers.TryAddWithoutValidation(Header, signed.Signature).Should().BeTrue();
        return await client.SendAsync(request);
    }

    // HttpClient would join the headers into one.
    private static async Task<string> PostRawAsync(TwilioSigned signed, int signatures)
    {
        Uri url = new(signed.Url);
        string body = Calls.Encode(PublishedForm);
        string headers = string.Concat(Enumerable.Repeat($"{Header}: {signed.Signature}\r\n", signatures));
        using TcpClient client = new();
        await client.ConnectAsync(url.Host, url.Port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: close\r\nContent-Type: {FormType}\r\n{headers}Content-Length: {body.Length}\r\n\r\n{body}"));
        using StreamReader answer = new(stream, Encoding.UTF8);
        return await answer.ReadToEndAsync();
    }

    private void RequireHelper() => Assert.SkipWhen(signer.Unavailable is not null, signer.Unavailable ?? "");

    // The URL as configured at Twilio.
    private string Url(string functionAndQuery) => $"{app.Http.BaseAddress}webhook/{functionAndQuery}";

    private async Task<string> ListAsync()
    {
        string listName = Calls.NewName();
        await app.ResolveAsync("createList", new { listName });
        return listName;
    }

    private async Task<int> ItemsAsync(string listName) => (await app.ResolveAsync("getListItems", new { listName })).GetArrayLength();
}
