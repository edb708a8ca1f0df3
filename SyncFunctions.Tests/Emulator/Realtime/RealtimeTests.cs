using System.Globalization;
using System.Net;
using System.Text.Json;

using SyncFunctions.Emulator;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Realtime;

/// <summary>Twilio's own Sync client, unmodified, drives the emulator: <c>Node/realtime.mjs</c>.</summary>
public sealed class RealtimeTests(RealtimeTests.Suite suite) : IClassFixture<RealtimeTests.Suite>
{
    private static readonly string[] Names = File.ReadAllLines(Path.Combine(NodeProgram.Source, "realtime.scenarios.txt"));
    private static readonly string[] Identities = ["alice", "bob", "carol"];
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    public static TheoryData<string> Scenarios => [.. Names];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void The_official_client_succeeds_with(string scenario)
    {
        Assert.SkipUnless(suite.Unavailable is null, suite.Unavailable ?? "");
        suite.Outcomes.ShouldSucceed(scenario, suite.Errors);
    }

    [Fact]
    public void Every_scenario_of_the_suite_is_in_the_list_of_names_and_nothing_else_failed()
    {
        Assert.SkipUnless(suite.Unavailable is null, suite.Unavailable ?? "");
        suite.Outcomes.Keys.Should().BeEquivalentTo(Names, "'node realtime.mjs --list > realtime.scenarios.txt' writes the list");
        suite.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task Clients_outlive_the_emulator_and_miss_nothing_and_see_nothing_twice()
    {
        Assert.SkipUnless(suite.Unavailable is null, suite.Unavailable ?? "");
        using TemporaryFolder folder = new();
        string name = SharedEmulator.NewName();
        EmulatorProcess emulator = await EmulatorProcess.StartAsync(folder.File("sync.db"));
        try
        {
            Task<NodeRun> clients = suite.Node.RunAsync(
                ["restart.mjs", name], Suite.Environment(emulator.Http.BaseAddress!, new EmulatorOptions()), Timeout);
            while ((await emulator.Http.GetAsync(new Uri($"Documents/{name}-ready", UriKind.Relative))).StatusCode != HttpStatusCode.OK)
            {
                clients.IsCompleted.Should().BeFalse("the clients wait for the end");
                await Task.Delay(50);
            }

            RestWriter writer = new(name);
            await writer.WriteAsync(emulator.Http, 10);
            for (int restarts = 0; restarts < 2; restarts++)
            {
                await emulator.KillAsync();
                emulator.Dispose();
                emulator = await EmulatorProcess.StartAsync(folder.File("sync.db"), emulator.Url.Port);
                await writer.WriteAsync(emulator.Http, 40);
            }

            await writer.EndAsync(emulator.Http);
            NodeRun run = await clients;
            run.ExitCode.Should().Be(0, run.Errors);
            List<JsonElement> results = [.. run.Lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
            results.Select(result => result.GetProperty("identity").GetString()).Should().BeEquivalentTo(Identities);
            foreach (JsonElement result in results)
            {
                JsonElement seen = result.GetProperty("seen");
                Texts(seen.GetProperty("list")).Should().Equal(writer.ListEvents);
                Texts(seen.GetProperty("map")).Should().Equal(writer.MapEvents);
                // Of a document only the last state of those that were missed is seen.
                Texts(seen.GetProperty("document")).Should().BeSubsetOf(writer.DocumentEvents).And.OnlyHaveUniqueItems().And.EndWith(writer.DocumentEvents[^1]);
                Texts(seen.GetProperty("stream")).Should().BeEmpty();
                Texts(result.GetProperty("held").GetProperty("list")).Should().Equal(writer.Indexes.Select(index => index.ToString(CultureInfo.InvariantCulture)));
                Texts(result.GetProperty("held").GetProperty("map")).Should().Equal("\"counter\"", "\"end\"");
            }
        }
        finally
        {
            emulator.Dispose();
        }
    }

    [Fact]
    public async Task Two_tabs_of_a_browser_share_objects()
    {
        Assert.SkipUnless(suite.Unavailable is null, suite.Unavailable ?? "");
        string browser = Browser.Require();
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        Dictionary<string, string> environment = Suite.Environment(emulator.Server.Url, emulator.Options);
        environment["BROWSER"] = browser;

        NodeRun run = await suite.Node.RunAsync(["browser.mjs"], environment, Timeout);

        run.ExitCode.Should().Be(0, run.Errors);
    }

    private static IEnumerable<string> Texts(JsonElement array) => array.EnumerateArray().Select(element => element.GetRawText());

    /// <summary>Writes by REST, and knows what the clients have to see of it.</summary>
    private sealed class RestWriter(string name)
    {
        private int count;

        public List<string> DocumentEvents { get; } = [];

        public List<string> ListEvents { get; } = [];

        public List<string> MapEvents { get; } = [];

        /// <summary>Of the items that the list has.</summary>
        public List<long> Indexes { get; } = [];

        public async Task WriteAsync(HttpClient http, int rounds)
        {
            for (int i = 0; i < rounds; i++)
            {
                string data = $$"""{"n":{{++count}}}""";
                await PostAsync(http, $"Documents/{name}", data);
                DocumentEvents.Add($"""["updated",null,{data},false]""");

                long index = await AddAsync(http, data);
                if (count % 3 == 0)
                {
                    await DeleteAsync(http, $"Lists/{name}/Items/{index}");
                    Indexes.Remove(index);
                    ListEvents.Add($"""["itemRemoved",{index},{data},false]""");
                }

                bool isNew = count % 5 == 1;
                await PostAsync(http, isNew ? $"Maps/{name}/Items" : $"Maps/{name}/Items/counter", data, isNew ? "counter" : null);
                MapEvents.Add($"""["{(isNew ? "itemAdded" : "itemUpdated")}","counter",{data},false]""");
                if (count % 5 == 0)
                {
                    await DeleteAsync(http, $"Maps/{name}/Items/counter");
                    MapEvents.Add($"""["itemRemoved","counter",{data},false]""");
                }
            }
        }

        public async Task EndAsync(HttpClient http)
        {
            const string End = """{"end":true}""";
            await WriteAsync(http, 1);
            await PostAsync(http, $"Documents/{name}", End);
            DocumentEvents.Add($"""["updated",null,{End},false]""");
            await AddAsync(http, End);
            await PostAsync(http, $"Maps/{name}/Items", End, "end");
            MapEvents.Add($"""["itemAdded","end",{End},false]""");
        }

        private async Task<long> AddAsync(HttpClient http, string data)
        {
            long index = (await PostAsync(http, $"Lists/{name}/Items", data)).GetProperty("index").GetInt64();
            Indexes.Add(index);
            ListEvents.Add($"""["itemAdded",{index},{data},false]""");
            return index;
        }

        private static async Task<JsonElement> PostAsync(HttpClient http, string path, string data, string? key = null)
        {
            Dictionary<string, string> form = new() { ["Data"] = data };
            if (key is not null)
            {
                form["Key"] = key;
            }

            using FormUrlEncodedContent content = new(form);
            HttpResponseMessage response = await http.PostAsync(new Uri(path, UriKind.Relative), content);
            response.EnsureSuccessStatusCode();
            return await TestEmulator.JsonAsync(response);
        }

        private static async Task DeleteAsync(HttpClient http, string path) =>
            (await http.DeleteAsync(new Uri(path, UriKind.Relative))).EnsureSuccessStatusCode();
    }

    /// <summary>One run of the whole suite.</summary>
    public sealed class Suite : IAsyncLifetime
    {
        public NodeProgram Node { get; private set; } = null!;

        public string? Unavailable => Node.Unavailable;

        /// <summary>The other output.</summary>
        public string Errors { get; private set; } = "";

        /// <summary>The result of each scenario: <c>ok</c>, or its error.</summary>
        public Dictionary<string, string> Outcomes { get; private set; } = [];

        public static Dictionary<string, string> Environment(Uri url, EmulatorOptions options) => new()
        {
            ["SYNC_URL"] = url.GetLeftPart(UriPartial.Authority),
            ["ACCOUNT_SID"] = options.AccountSid,
            ["AUTH_TOKEN"] = options.AuthToken,
            ["API_KEY_SID"] = options.ApiKeySid,
            ["API_KEY_SECRET"] = options.ApiKeySecret,
            ["SERVICE_SID"] = options.ServiceSid,
        };

        public async ValueTask InitializeAsync()
        {
            Node = await NodeProgram.InstallAsync();
            if (Unavailable is null)
            {
                await using TestEmulator emulator = await TestEmulator.StartAsync();
                NodeRun run = await Node.RunAsync(["realtime.mjs"], Environment(emulator.Server.Url, emulator.Options), Timeout);
                Errors = run.Errors;
                Outcomes = run.Outcomes;
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
