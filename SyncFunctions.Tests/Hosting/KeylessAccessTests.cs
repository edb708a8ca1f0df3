using System.Net;

using Microsoft.AspNetCore.Identity;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Hosting;

/// <summary>
/// While no function key is configured, the programs of this machine may call the functions, and web pages that its user visits may not. The
/// requests are those that browsers send for such pages.
/// </summary>
public sealed class KeylessAccessTests(KeylessAccessTests.Apps apps) : IClassFixture<KeylessAccessTests.Apps>
{
    public const string Configured = "https://flex.example.com";

    /// <summary>Requests of the machine's own programs and pages.</summary>
    public static TheoryData<string> Own =>
    [
        "", "Host: localhost", "Host: localhost:7071", "Host: LOCALHOST", "Host: localhost.", "Host: app.localhost:7071", "Host: 127.0.0.1", "Host: 127.1.2.3:80", "Host: [::1]:7071",
        "Host: this-machine.example:7071", "Origin: http://localhost:3000", "Origin: http://127.0.0.1:8080", "Origin: https://localhost", "Origin: http://[::1]:8080",
        $"Origin: {Configured}", "Sec-Fetch-Site: none", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: same-site",
        "Origin: http://localhost:3000\nSec-Fetch-Site: cross-site", $"Origin: {Configured}\nSec-Fetch-Site: cross-site", "User-Agent: TwilioProxy/1.1",
    ];

    /// <summary>Requests that browsers send for pages of other origins.</summary>
    public static TheoryData<string> Foreign =>
    [
        "Origin: https://evil.example", "Origin: http://evil.example:7071\nHost: localhost:7071", "Origin: null", "Origin: ", "Origin: http://localhost.evil.example",
        "Origin: http://127.0.0.1.evil.example", "Origin: http://evil.example#localhost", "Origin: ftp://localhost", "Origin: localhost", $"Origin: {Configured}.evil.example",
        $"Origin: {Configured}:8443", "Origin: http://localhost:3000, https://evil.example", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate",
    ];

    /// <summary>Requests with another host name than this machine's, or through a tunnel.</summary>
    public static TheoryData<string> NotLocal =>
    [
        "Host: evil.example", "Host: evil.example:7071", "Host: 192.168.1.10:7071", "Host: localhost.evil.example", "Host: 127.0.0.1.evil.example", "Host: [2001:db8::1]", "Host: 0.0.0.0:7071",
        "X-Forwarded-For: 203.0.113.9", "X-Forwarded-Host: abc.tunnel.example", "x-forwarded-proto: https", "Forwarded: for=203.0.113.9", "X-Forwarded-For: 127.0.0.1",
        "Host: this-machine.example\nX-Forwarded-For: 203.0.113.9",
    ];

    [Theory]
    [MemberData(nameof(Own))]
    public async Task The_machines_own_programs_and_pages_are_served(string headers) => await ExpectAsync(apps.Local, headers, HttpStatusCode.OK, HttpStatusCode.OK);

    [Theory]
    [MemberData(nameof(Foreign))]
    public async Task A_foreign_page_is_refused(string headers)
    {
        await ExpectAsync(apps.Local, headers, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden);
        (await SendAsync(apps.Local, headers).FailedAsync()).Detail.Should().Contain("Cors__AllowedOrigins");
    }

    [Theory]
    [MemberData(nameof(NotLocal))]
    public async Task A_request_that_does_not_come_directly_from_this_machine_needs_a_key_or_a_signature(string headers)
    {
        await ExpectAsync(apps.Local, headers, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized);
        (await SendAsync(apps.Local, headers).FailedAsync()).Detail.Should().Contain("FunctionKeys__Host").And.Contain("signature");
    }

    [Theory]
    [MemberData(nameof(Foreign))]
    public async Task A_foreign_page_changes_nothing(string headers)
    {
        string name = Calls.NewName();
        await apps.Local.ResolveAsync("createDocument", new { docName = name, data = new { a = 1 } });

        using HttpResponseMessage response = await SendAsync(apps.Local, headers, HttpMethod.Post, "removeDocument", new FormUrlEncodedContent([KeyValuePair.Create("docName", name)]));

        response.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        await apps.Local.ResolveAsync("getDocument", new { docName = name });
    }

    [Theory]
    [MemberData(nameof(Foreign))]
    [MemberData(nameof(NotLocal))]
    public async Task With_a_key_it_makes_no_difference_which_page_sends_it(string headers)
    {
        using HttpResponseMessage with = await SendAsync(apps.Keyed, $"{headers}\nx-functions-key: {Apps.Key}");
        using HttpResponseMessage without = await SendAsync(apps.Keyed, headers);

        with.StatusCode.Should().Be(HttpStatusCode.OK);
        without.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [MemberData(nameof(NotLocal))]
    public async Task Twilio_comes_through_a_tunnel_by_its_signature(string headers)
    {
        (string Name, string Value)[] form = [("CallSid", "CA1")];
        string url = $"{Apps.PublicUrl}/api/webhook/addListItem?listName={apps.ListName}";
        string signature = TwilioSigner.Sign(url + string.Concat(form.Select(field => field.Name + field.Value)));

        using HttpResponseMessage signed = await SendAsync(
            apps.Local, $"{headers}\nX-Twilio-Signature: {signature}", HttpMethod.Post, $"webhook/addListItem?listName={apps.ListName}", Form(form));
        using HttpResponseMessage unsigned = await SendAsync(apps.Local, headers, HttpMethod.Post, $"webhook/addListItem?listName={apps.ListName}", Form(form));

        signed.StatusCode.Should().Be(HttpStatusCode.OK);
        unsigned.StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    [Theory]
    [MemberData(nameof(NotLocal))]
    public async Task A_user_signs_in_through_a_tunnel_by_the_password(string headers)
    {
        await ExpectAsync(apps.Local, headers, HttpStatusCode.OK, HttpStatusCode.OK, $"userToken?identity=alice&password={Apps.Password}");
        await ExpectAsync(apps.Local, headers, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, "userToken?identity=alice&password=wrong");
    }

    [Theory]
    [MemberData(nameof(Foreign))]
    public async Task A_foreign_page_cannot_sign_in(string headers)
    {
        string call = $"userToken?identity=alice&password={Apps.Password}";
        await ExpectAsync(apps.Local, headers, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, call);
        await ExpectAsync(apps.Local, $"{headers}\nX-Forwarded-For: 203.0.113.9", HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, call);
    }

    [Theory]
    [MemberData(nameof(Own))]
    public async Task The_machines_own_pages_sign_users_in(string headers) =>
        await ExpectAsync(apps.Local, headers, HttpStatusCode.OK, null, $"userToken?identity=alice&password={Apps.Password}");

    [Fact]
    public async Task Anyone_may_call_health() => await ExpectAsync(apps.Local, "Host: evil.example\nOrigin: https://evil.example", HttpStatusCode.OK, null, "health");

    private static FormUrlEncodedContent Form((string Name, string Value)[] fields) => new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    private static async Task ExpectAsync(TestApp app, string headers, HttpStatusCode get, HttpStatusCode? post, string function = "searchDocument?docName=x")
    {
        using HttpResponseMessage read = await SendAsync(app, headers, HttpMethod.Get, function);
        read.StatusCode.Should().Be(get);
        if (post is { } expected)
        {
            using HttpResponseMessage written = await SendAsync(app, headers, HttpMethod.Post, function);
            written.StatusCode.Should().Be(expected);
        }
    }

    private static Task<HttpResponseMessage> SendAsync(TestApp app, string headers, HttpMethod? method = null, string function = "searchDocument?docName=x", HttpContent? content = null) =>
        app.SendAsync(method ?? HttpMethod.Get, function, content, [.. headers.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (line.Split(": ")[0].TrimEnd(':', ' '), line.Contains(": ", StringComparison.Ordinal) ? line.Split(": ", 2)[1] : ""))]);

    /// <summary>An app without keys, and one with.</summary>
    public sealed class Apps : IAsyncLifetime
    {
        public const string Key = "the-host-key";
        public const string Password = "correct-horse";
        public const string PublicUrl = "https://abc.tunnel.example";

        public TestApp Local { get; private set; } = null!;

        public TestApp Keyed { get; private set; } = null!;

        public string ListName { get; } = Calls.NewName();

        public async ValueTask InitializeAsync()
        {
            Local = await TestApp.StartAsync(new Dictionary<string, string?>
            {
                ["Cors:AllowedOrigins"] = Configured,
                ["LocalAccess:AllowedHosts"] = "this-machine.example",
                ["PublicUrl"] = PublicUrl,
                ["Tokens:Users:alice"] = new PasswordHasher<string>().HashPassword("", Password),
            });
            Keyed = await TestApp.StartAsync(new Dictionary<string, string?> { ["FunctionKeys:Host"] = Key });
            await Local.ResolveAsync("createList", new { listName = ListName });
        }

        public async ValueTask DisposeAsync()
        {
            await Local.DisposeAsync();
            await Keyed.DisposeAsync();
        }
    }
}
