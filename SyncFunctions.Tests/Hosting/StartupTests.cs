using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;

using Microsoft.Extensions.DependencyInjection;

using SyncFunctions.Configuration;
using SyncFunctions.Emulator.Storage;
using SyncFunctions.Hosting.Local;
using SyncFunctions.Tests.Contract;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Hosting;

/// <summary>The app as a process: what it prints, what it logs, how it ends.</summary>
public sealed partial class StartupTests : IDisposable
{
    private static readonly string Account = "AC" + new string('a', 32);
    private const string Secret = "an-auth-token-that-nobody-may-see";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_app_prints_its_functions_and_its_emulator()
    {
        await using AppProcess app = AppProcess.Start(folder.Path);
        using HttpClient http = await app.ClientAsync();

        string api = http.BaseAddress!.AbsoluteUri;
        string[] lines = [.. app.Output];
        lines[0].Should().Be($"Explorer:       {api}explorer", "what matters comes first");
        lines[1].Should().Be("Sync:           the app's own emulator, as no Twilio credentials are configured");
        lines[2].Should().MatchRegex(@"^Sync emulator:  http://127\.0\.0\.1:[1-9]\d+$");
        lines[3].Should().Be($"Data file:      {folder.File(Path.Combine(".sync", "sync.db"))}");
        lines[4..11].Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1]).Should().ContainInOrder(
            "AC" + new string('0', 32), "0123456789abcdef0123456789abcdef", "SK" + new string('0', 32), "emulator-api-key-secret-0123456789");
        lines[9].Should().Contain("IS" + new string('0', 32));

        int list = Array.IndexOf(lines, $"Functions at {api}");
        lines[list - 1].Should().BeEmpty();
        int end = Array.IndexOf(lines, "", list);
        lines[(list + 1)..end].Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)).Should().BeEquivalentTo(
            FunctionTable.All.Select(function => ((string[])[.. function.Methods, function.Route]).Order(StringComparer.Ordinal)), "each has a line");
        lines[(end + 1)..].Where(line => line.Length > 0).Should().Equal([lines[0]], "a terminal shows the end");
        lines.Where(line => line != lines[3]).Should().OnlyContain(line => line.Length <= 80);
        app.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task An_app_that_cannot_be_set_up_leaves_no_emulator_behind()
    {
        string file = folder.File("sync.db");

        Func<Task> start = () => TestApp.StartAsync(
            new Dictionary<string, string?> { ["Emulator:DataFile"] = file },
            services => services.AddSingleton<FunctionKeys>(_ => throw new StartupException("The keys cannot be read.")));

        await start.Should().ThrowAsync<StartupException>().WithMessage("The keys cannot be read.");
        DataFile.IsFree(file).Should().BeTrue();
        File.Exists(file + "-wal").Should().BeFalse("the emulator was closed");
    }

    [Fact]
    public async Task The_printed_credentials_open_the_printed_emulator()
    {
        await using AppProcess app = AppProcess.Start(folder.Path);
        using HttpClient http = await app.ClientAsync();
        string url = EmulatorUrl().Match(string.Join('\n', app.Output)).Value;
        using HttpClient sync = new();
        sync.DefaultRequestHeaders.Authorization = TestEmulator.Basic("AC" + new string('0', 32), "0123456789abcdef0123456789abcdef");

        (await http.PostAsJsonAsync(new Uri("createDocument", UriKind.Relative), new { docName = "d", data = new { a = 1 } })).EnsureSuccessStatusCode();
        using JsonDocument document = JsonDocument.Parse(await sync.GetStringAsync(new Uri($"{url}/v1/Services/default/Documents/d")));

        document.RootElement.Raw("data").Should().Be("""{"a":1}""");
    }

    [Fact]
    public async Task A_request_is_logged_in_a_line_without_data_query_or_key()
    {
        await using AppProcess app = AppProcess.Start(folder.Path, ("FunctionKeys__Host", "the-host-key"));
        using HttpClient http = await app.ClientAsync();
        int before = app.Output.Count;

        using HttpResponseMessage created = await http.PostAsJsonAsync(
            new Uri("createDocument?code=the-host-key&marker=in-the-query", UriKind.Relative), new { docName = "the-name", data = new { a = "in-the-data" } });
        created.EnsureSuccessStatusCode();
        await http.GetAsync(new Uri("getDocument?docName=in-the-query&code=wrong-key", UriKind.Relative));
        using HttpRequestMessage byHeader = new(HttpMethod.Get, "searchDocument?docName=in-the-query");
        byHeader.Headers.Add("x-functions-key", "the-host-key");
        await http.SendAsync(byHeader);
        await http.PostAsync(new Uri("no%0Afunction", UriKind.Relative), null);
        await http.GetAsync(new Uri("explorer", UriKind.Relative));
        await http.GetAsync(new Uri("health", UriKind.Relative));
        // Lines are in the order of the requests, so once the last one is there, all are.
        await app.LineAsync(line => line.Contains("/api/health 200", StringComparison.Ordinal));

        string[] lines = [.. app.Output.Skip(before).Where(line => line.Trim().Length > 0)];
        lines.Should().HaveCount(5, "the explorer's files would push everything else away");
        lines[0].Should().Contain("POST /api/createDocument 200");
        lines[1].Should().Contain("GET /api/getDocument 401");
        lines[2].Should().Contain("GET /api/searchDocument 200");
        lines[3].Should().Contain("POST").And.Contain("404");
        string.Join('\n', app.Output).Should().NotContainAny("in-the-data", "in-the-query", "the-host-key", "wrong-key", "the-name");
        app.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task What_was_stored_is_there_after_the_app_was_asked_to_end()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        for (int i = 0; i < 2; i++)
        {
            await using AppProcess app = AppProcess.Start(folder.Path);
            using HttpClient http = await app.ClientAsync();
            if (i == 0)
            {
                (await http.PostAsJsonAsync(new Uri("createDocument", UriKind.Relative), new { docName = "d", data = new { a = 1 } })).EnsureSuccessStatusCode();
            }
            else
            {
                using JsonDocument document = JsonDocument.Parse(await http.GetStringAsync(new Uri("getDocument?docName=d", UriKind.Relative)));
                document.RootElement.Raw("data").Should().Be("""{"a":1}""");
            }

            app.Terminate();

            (await app.EndAsync()).Should().Be(0);
            app.Errors.Should().BeEmpty();
        }
    }

    [Fact]
    public async Task A_port_that_is_in_use_is_named()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        string port = $"{((IPEndPoint)listener.LocalEndpoint).Port}";

        await ExpectRefusalAsync("Emulator__Port", ("Emulator__Port", port));
    }

    [Fact]
    public async Task The_apps_own_port_that_is_in_use_is_named()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;

        await ExpectRefusalAsync("ASPNETCORE_URLS", ("ASPNETCORE_URLS", $"http://127.0.0.1:{port}"));
    }

    [Theory]
    [InlineData("localhost:5000")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("http://127.0.0.1:0/path")]
    [InlineData("https://127.0.0.1:0")]
    [InlineData("http://192.0.2.1:7071")]
    [InlineData("http://[2001:db8::1]:7071")]
    [InlineData("ftp://127.0.0.1:0")]
    [InlineData("http://")]
    [InlineData("nonsense")]
    [InlineData("http://127.0.0.1:0;https://127.0.0.1:0")]
    public Task An_address_that_cannot_be_listened_on_is_named(string urls) => ExpectRefusalAsync("ASPNETCORE_URLS", ("ASPNETCORE_URLS", urls));

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8::1")]
    [InlineData("localhost")]
    [InlineData("nonsense")]
    public Task An_emulators_address_that_cannot_be_listened_on_is_named(string address) => ExpectRefusalAsync(
        "Emulator__Address", ("Emulator__Address", address), ("Emulator__AuthToken", new string('a', 32)), ("Emulator__ApiKeySecret", "a secret of one's own"));

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public async Task The_app_reaches_an_emulator_that_listens_on_every_address(string address)
    {
        await using AppProcess app = AppProcess.Start(
            folder.Path, ("Emulator__Address", address), ("Emulator__AuthToken", new string('a', 32)), ("Emulator__ApiKeySecret", "a secret of one's own"));
        using HttpClient http = await app.ClientAsync();

        using HttpResponseMessage health = await http.GetAsync(new Uri("health", UriKind.Relative));

        health.StatusCode.Should().Be(HttpStatusCode.OK);
        string.Join('\n', app.Output).Should().MatchRegex(@"Sync emulator:  http://(127\.0\.0\.1|\[::1\]):[1-9]\d+\n");
    }

    [Fact]
    public async Task Half_a_request_does_not_delay_the_end()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        await using AppProcess app = AppProcess.Start(folder.Path);
        using HttpClient http = await app.ClientAsync();
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, http.BaseAddress!.Port);
        await client.GetStream().WriteAsync("POST /api/createDocument HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"u8.ToArray());

        app.Terminate();

        (await app.EndAsync().WaitAsync(TimeSpan.FromSeconds(20))).Should().Be(0, "it would be half a minute by default");
    }

    [Fact]
    public Task Half_of_the_credentials_are_refused() => ExpectRefusalAsync("Twilio__AuthToken", ("Twilio__AccountSid", Account));

    [Fact]
    public Task The_other_half_of_the_credentials_is_refused() => ExpectRefusalAsync("Twilio__AccountSid", ("Twilio__AuthToken", Secret));

    [Fact]
    public Task Azure_without_the_functions_host_is_refused() => ExpectRefusalAsync("--functions-uri", ("WEBSITE_SITE_NAME", "my-app"));

    [Fact]
    public Task Azure_without_credentials_is_refused() =>
        ExpectRefusalAsync("Twilio__AccountSid", ["--functions-uri", "http://127.0.0.1:1"], ("WEBSITE_SITE_NAME", "my-app"));

    [Fact]
    public Task An_open_address_without_a_key_is_refused() => ExpectRefusalAsync("FunctionKeys__Host", ("ASPNETCORE_URLS", "http://0.0.0.0:0"));

    [Fact]
    public Task A_data_file_that_cannot_be_opened_is_named() => ExpectRefusalAsync("Emulator__DataFile", ("Emulator__DataFile", folder.Path));

    [Fact]
    public async Task A_file_that_is_not_a_data_file_is_named_and_not_changed()
    {
        const string Content = "A letter, which happens to be longer than the hundred bytes that the header of a database has, and so is looked at closely.";
        await File.WriteAllTextAsync(folder.File("letter.txt"), Content);

        await ExpectRefusalAsync("Emulator__DataFile", ("Emulator__DataFile", folder.File("letter.txt")));

        (await File.ReadAllTextAsync(folder.File("letter.txt"))).Should().Be(Content);
    }

    [Fact]
    public Task A_port_that_is_not_a_number_is_named() => ExpectRefusalAsync("Emulator", ("Emulator__Port", "http"));

    [Fact]
    public async Task Data_that_is_in_use_by_another_app_is_named()
    {
        await using AppProcess first = AppProcess.Start(folder.Path);
        using HttpClient http = await first.ClientAsync();

        await ExpectRefusalAsync("Emulator__DataFile");
    }

    private Task ExpectRefusalAsync(string name, params (string Name, string Value)[] settings) => ExpectRefusalAsync(name, [], settings);

    private async Task ExpectRefusalAsync(string name, string[] arguments, params (string Name, string Value)[] settings)
    {
        await using AppProcess app = AppProcess.Start(folder.Path, arguments, settings);

        (await app.EndAsync()).Should().Be(1);

        string message = app.Errors.Where(line => line.Length > 0).Should().ContainSingle("one line says it all, and not: {0}", string.Join('\n', app.Errors)).Subject;
        message.Should().Contain(name).And.NotContain(Secret);
        string.Join('\n', app.Output.Concat(app.Errors)).Should().NotContain("   at ").And.NotContain("Exception").And.NotContain(Secret);
    }

    [GeneratedRegex(@"(?<=Sync emulator:  )http://\S+")]
    private static partial Regex EmulatorUrl();
}
