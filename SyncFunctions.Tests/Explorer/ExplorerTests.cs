using Microsoft.Extensions.Logging.Abstractions;

using SyncFunctions.Emulator;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Explorer;

/// <summary>
/// The explorer in a real browser (<c>Node/explorer.mjs</c>), served by the app hosted by itself, by the app as a worker of a Functions host, and by the
/// emulator alone.
/// </summary>
public sealed class ExplorerTests(ExplorerTests.Suites suites) : IClassFixture<ExplorerTests.Suites>
{
    private const string LocalHost = "local host";
    private const string FunctionsHostName = "Functions host";
    private const string EmulatorAlone = "emulator alone";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);

    // EXPLORER_TESTS=all runs every scenario under every host, which takes minutes more.
    private static readonly bool RunsAll = Environment.GetEnvironmentVariable("EXPLORER_TESTS") == "all";

    // Scenarios that do not depend on the host only run under the local host. With the Functions host, that includes responses of the functions, which
    // are the same under both (HostComparisonTests).
    private static readonly Dictionary<string, string[]> Skipped = new()
    {
        [LocalHost] = [],
        [FunctionsHostName] = RunsAll ? [] : ["axe", "keyboard", "narrow", "theme", "nasty", "resilience", "documents", "items", "objects", "streams", "transfer", "requests", "events", "webhooks"],
        [EmulatorAlone] = RunsAll ? [] : ["axe", "keyboard", "narrow", "theme"],
    };

    // Each line has a scenario's name and, after a tab, the host that must serve the page if it matters.
    private static readonly (string Name, string? Host)[] Scenarios =
    [
        .. File.ReadAllLines(Path.Combine(NodeProgram.Source, "explorer.scenarios.txt")).Select(line => line.Split('\t') is [var name, var host] ? (name, host) : (line, (string?)null)),
    ];

    public static TheoryData<string, string> Cases =>
    [
        .. from host in (string[])[LocalHost, FunctionsHostName, EmulatorAlone]
           from name in NamesFor(host)
           select (host, name),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_explorer_of_a_host_succeeds_with(string host, string scenario)
    {
        NodeRun run = await suites.RunAsync(host);
        run.Outcomes.ShouldSucceed(scenario, run.Errors);
    }

    [Theory]
    [InlineData(LocalHost)]
    [InlineData(FunctionsHostName)]
    [InlineData(EmulatorAlone)]
    public async Task Every_scenario_is_in_the_list_of_names(string host)
    {
        NodeRun run = await suites.RunAsync(host);
        run.Outcomes.Keys.Should().BeEquivalentTo(NamesFor(host), "'node explorer.mjs --list > explorer.scenarios.txt' writes the list");
    }

    [Fact]
    public async Task The_modules_that_need_no_page_work()
    {
        NodeProgram node = await NodeProgram.CopyAsync();
        Assert.SkipUnless(node.Unavailable is null, node.Unavailable ?? "");
        NodeRun run = await node.RunAsync(["explorer-modules.mjs"], new Dictionary<string, string>(), Timeout);
        run.Outcomes.Should().HaveCountGreaterThan(8).And.OnlyContain(outcome => outcome.Value == "ok", run.Errors);
        run.ExitCode.Should().Be(0, run.Errors);
    }

    private static IEnumerable<string> NamesFor(string host) => Scenarios
        .Where(scenario => scenario.Host is null || scenario.Host == (host == EmulatorAlone ? "emulator" : "functions"))
        .Select(scenario => scenario.Name)
        .Where(name => !Skipped[host].Contains(name.Split(':')[0]));

    /// <summary>The suite's runs, each started when it is first needed.</summary>
    public sealed class Suites
    {
        private const string Key = "the-key-of-the-functions";
        private static readonly string LockedService = "IS" + new string('1', 32);

        private readonly Dictionary<string, Task<NodeRun>> runs = [];

        /// <summary>Runs the suite under a host, unless it has already run; skips the test if there is no browser or no Node.</summary>
        public async Task<NodeRun> RunAsync(string host)
        {
            string browser = Browser.RequireHeadless();
            NodeProgram node = await NodeProgram.InstallAsync();
            Assert.SkipUnless(node.Unavailable is null, node.Unavailable ?? "");
            Task<NodeRun>? run;
            lock (runs)
            {
                if (!runs.TryGetValue(host, out run))
                {
                    run = host switch
                    {
                        LocalHost => RunLocallyAsync(node, browser),
                        FunctionsHostName => RunUnderFunctionsHostAsync(node, browser),
                        _ => RunOnEmulatorAsync(node, browser),
                    };
                    runs.Add(host, run);
                }
            }

            return await run;
        }

        private static async Task<NodeRun> RunLocallyAsync(NodeProgram node, string browser)
        {
            await using TestApp app = await TestApp.StartAsync(new Dictionary<string, string?> { ["Sync:Services:locked:ServiceSid"] = LockedService });
            await using TestApp keyed = await TestApp.StartAsync(new Dictionary<string, string?> { ["FunctionKeys:Host"] = Key });
            return await RunAsync(node, browser, LocalHost, new Uri(app.Url, "api/explorer"), new Uri(keyed.Url, "api/explorer"), Key);
        }

        private static async Task<NodeRun> RunUnderFunctionsHostAsync(NodeProgram node, string browser)
        {
            await using FunctionsHost app = await FunctionsHost.StartAsync(new Dictionary<string, string>
            {
                ["Sync__Services__locked__ServiceSid"] = LockedService,
                ["Jobs__Enabled"] = "false",
            });
            await using FunctionsHost keyed = await FunctionsHost.StartAsync(new Dictionary<string, string> { ["Jobs__Enabled"] = "false" }, needsKeys: true);
            return await RunAsync(node, browser, FunctionsHostName, new Uri(app.Http.BaseAddress!, "explorer"), new Uri(keyed.Http.BaseAddress!, "explorer"), FunctionsHost.Key);
        }

        private static async Task<NodeRun> RunOnEmulatorAsync(NodeProgram node, string browser)
        {
            using TemporaryFolder folder = new();
            EmulatorOptions options = new() { Port = 0, DataFile = folder.File("sync.db"), ProvisionedServiceSids = [LockedService] };
            await using EmulatorServer emulator = await EmulatorServer.StartAsync(
                options, NullLoggerFactory.Instance, TimeProvider.System);
            return await RunAsync(node, browser, EmulatorAlone, emulator.Url, emulator.Url, Key);
        }

        private static Task<NodeRun> RunAsync(NodeProgram node, string browser, string host, Uri page, Uri keyed, string key) => node.RunAsync(
            ["explorer.mjs"],
            new Dictionary<string, string>
            {
                ["BROWSER"] = browser,
                ["PAGE_URL"] = page.AbsoluteUri,
                ["KEYED_URL"] = keyed.AbsoluteUri,
                ["KEY"] = key,
                ["SKIP"] = string.Join(',', Skipped[host]),
                ["LOCKED_SERVICE"] = LockedService,
                ["EMULATOR"] = Path.Combine(AppContext.BaseDirectory, "sync-emulator.dll"),
                ["DOTNET"] = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            },
            Timeout);
    }
}
