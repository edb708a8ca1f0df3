using System.Globalization;
using System.Net;
using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Rest;

/// <summary>Reads are answered from memory if nothing has changed; after a change of any kind they are not.</summary>
public sealed class RepeatedReadTests : IAsyncLifetime
{
    private readonly ManualTime time = new();
    private TestEmulator emulator = null!;

    public async ValueTask InitializeAsync()
    {
        emulator = await TestEmulator.StartAsync(time);
        await CreateAsync("Documents", ("UniqueName", "document"), ("Data", """{"a":1}"""));
        await CreateAsync("Lists", ("UniqueName", "list"));
        await CreateAsync("Lists/list/Items", ("Data", """{"a":1}"""));
        await CreateAsync("Maps", ("UniqueName", "map"));
        await CreateAsync("Maps/map/Items", ("Key", "key"), ("Data", """{"a":1}"""));
        await CreateAsync("Streams", ("UniqueName", "stream"));
    }

    public ValueTask DisposeAsync() => emulator.DisposeAsync();

    public static TheoryData<string, string, string> Changes => new()
    {
        { "Documents/document", "Documents/document", "Data={\"a\":2}" },
        { "Documents/document", "Documents/document", "Ttl=60" },
        { "Lists/list", "Lists/list/Items", "Data={\"a\":2}" },
        { "Lists/list", "Lists/list/Items/0", "Data={\"a\":2}" },
        { "Lists/list", "Lists/list", "CollectionTtl=60" },
        { "Lists/list", "Lists/list/Items/0", "CollectionTtl=60&Data={\"a\":1}" },
        { "Lists/list/Items/0", "Lists/list/Items/0", "Data={\"a\":2}" },
        { "Lists/list/Items/0", "Lists/list/Items/0", "ItemTtl=60" },
        { "Maps/map", "Maps/map/Items", "Key=other&Data={}" },
        { "Maps/map/Items/key", "Maps/map/Items/key", "Data={\"a\":2}" },
        { "Streams/stream", "Streams/stream", "Ttl=60" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_change_is_seen_by_the_next_read(string read, string changed, string form)
    {
        string before = await ReadTwiceAsync(read);

        (await emulator.PostAsync(changed, [.. form.Split('&').Select(field => field.Split('=', 2)).Select(field => (field[0], field[1]))]))
            .IsSuccessStatusCode.Should().BeTrue();

        (await ReadTwiceAsync(read)).Should().NotBe(before);
    }

    [Theory]
    [InlineData("Documents/document", "Documents/document")]
    [InlineData("Lists/list", "Lists/list")]
    [InlineData("Lists/list/Items/0", "Lists/list/Items/0")]
    [InlineData("Lists/list/Items/0", "Lists/list")]
    [InlineData("Maps/map/Items/key", "Maps/map/Items/key")]
    [InlineData("Streams/stream", "Streams/stream")]
    public async Task A_removal_is_seen_by_the_next_read(string read, string removed)
    {
        await ReadTwiceAsync(read);

        (await emulator.Http.DeleteAsync(new Uri(removed, UriKind.Relative))).StatusCode.Should().Be(HttpStatusCode.NoContent);

        (await emulator.Http.GetAsync(new Uri(read, UriKind.Relative))).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task With_its_service_everything_is_gone()
    {
        using HttpResponseMessage created = await emulator.PostAsync("/v1/Services", ("FriendlyName", "another"));
        string service = $"/v1/Services/{(await TestEmulator.JsonAsync(created)).GetProperty("sid").GetString()}";
        await CreateAsync($"{service}/Documents", ("UniqueName", "document"));
        await ReadTwiceAsync($"{service}/Documents/document");

        await emulator.Http.DeleteAsync(new Uri(service, UriKind.Relative));

        (await emulator.Http.GetAsync(new Uri($"{service}/Documents/document", UriKind.Relative))).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("Documents/document", "Documents/document", "Ttl")]
    [InlineData("Maps/map/Items/key", "Maps/map/Items/key", "ItemTtl")]
    [InlineData("Maps/map/Items/key", "Maps/map", "CollectionTtl")]
    public async Task What_expires_is_gone_at_that_moment(string read, string expiring, string parameter)
    {
        await emulator.PostAsync(expiring, (parameter, "60"));
        await ReadTwiceAsync(read);

        time.Advance(TimeSpan.FromSeconds(61));

        (await emulator.Http.GetAsync(new Uri(read, UriKind.Relative))).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_name_that_is_used_again_leads_to_the_new_object()
    {
        string first = await ReadTwiceAsync("Documents/document");
        await emulator.Http.DeleteAsync(new Uri("Documents/document", UriKind.Relative));
        await CreateAsync("Documents", ("UniqueName", "document"), ("Data", """{"b":1}"""));

        string second = await ReadTwiceAsync("Documents/document");

        second.Should().Contain("""{"b":1}""").And.NotBe(first);
    }

    [Fact]
    public async Task A_repeated_read_needs_credentials_like_the_first()
    {
        await ReadTwiceAsync("Documents/document");
        using HttpClient stranger = new();

        (await stranger.GetAsync(new Uri(emulator.Http.BaseAddress!, "Documents/document"))).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Its_URLs_lead_back_to_the_host_that_was_called()
    {
        await ReadTwiceAsync("Documents/document");
        UriBuilder other = new(new Uri(emulator.Http.BaseAddress!, "Documents/document")) { Host = "localhost" };

        string read = await emulator.Http.GetStringAsync(other.Uri);

        JsonDocument.Parse(read).RootElement.GetProperty("url").GetString().Should().StartWith($"http://localhost:{other.Port}/");
    }

    [Fact]
    public async Task No_reader_sees_less_than_what_was_acknowledged_before()
    {
        using CancellationTokenSource done = new();
        int acknowledged = 0;
        int reads = 0;
        Task[] readers =
        [
            .. Enumerable.Range(0, 8).Select(reader => Task.Run(async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    int atLeast = Volatile.Read(ref acknowledged);
                    string json = await emulator.Http.GetStringAsync(new Uri(reader % 2 == 0 ? "Documents/document" : "Maps/map/Items/key", UriKind.Relative));
                    int seen = JsonDocument.Parse(json).RootElement.GetProperty("data").GetProperty("a").GetInt32();
                    seen.Should().BeGreaterThanOrEqualTo(atLeast);
                    Interlocked.Increment(ref reads);
                }
            })),
        ];

        for (int number = 2; number < 400; number++)
        {
            (string, string) data = ("Data", string.Create(CultureInfo.InvariantCulture, $$"""{"a":{{number}}}"""));
            await Task.WhenAll(emulator.PostAsync("Documents/document", data), emulator.PostAsync("Maps/map/Items/key", data));
            Volatile.Write(ref acknowledged, number);
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);
        reads.Should().BePositive();
    }

    private async Task<string> ReadTwiceAsync(string path)
    {
        string first = await emulator.Http.GetStringAsync(new Uri(path, UriKind.Relative));
        (await emulator.Http.GetStringAsync(new Uri(path, UriKind.Relative))).Should().Be(first);
        return first;
    }

    private async Task CreateAsync(string path, params (string Name, string Value)[] form) =>
        (await emulator.PostAsync(path, form)).StatusCode.Should().Be(HttpStatusCode.Created);
}
