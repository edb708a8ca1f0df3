using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Realtime;

/// <summary>Former versions of Twilio's Sync client, unmodified, drive the emulator: <c>Node/old-clients.mjs</c>.</summary>
public sealed class OldClientTests(OldClientTests.Suite suite) : IClassFixture<OldClientTests.Suite>
{
    private static readonly string[] Names = File.ReadAllLines(Path.Combine(NodeProgram.Source, "old-clients.scenarios.txt"));

    public static TheoryData<string> Scenarios => [.. Names];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void A_former_client_succeeds_with(string scenario)
    {
        Assert.SkipUnless(suite.Unavailable is null, suite.Unavailable ?? "");
        suite.Outcomes.ShouldSucceed(scenario, suite.Errors);
    }

    [Fact]
    public void Every_scenario_of_the_suite_is_in_the_list_of_names_and_nothing_else_failed()
    {
        Assert.SkipUnless(suite.Unavailable is null, suite.Unavailable ?? "");
        suite.Outcomes.Keys.Should().BeEquivalentTo(Names, "'node old-clients.mjs --list > old-clients.scenarios.txt' writes the list");
        suite.ExitCode.Should().Be(0, "the suite wrote {0}", suite.Errors);
    }

    /// <summary>One run of the whole suite.</summary>
    public sealed class Suite : IAsyncLifetime
    {
        private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

        public string? Unavailable { get; private set; }

        public int ExitCode { get; private set; }

        /// <summary>The other output.</summary>
        public string Errors { get; private set; } = "";

        /// <summary>The result of each scenario: <c>ok</c>, or its error.</summary>
        public Dictionary<string, string> Outcomes { get; private set; } = [];

        public async ValueTask InitializeAsync()
        {
            NodeProgram node = await NodeProgram.InstallAsync();
            Unavailable = node.Unavailable;
            if (Unavailable is null)
            {
                await using TestEmulator emulator = await TestEmulator.StartAsync();
                NodeRun run = await node.RunAsync(
                    ["old-clients.mjs"], RealtimeTests.Suite.Environment(emulator.Server.Url, emulator.Options), Timeout);
                ExitCode = run.ExitCode;
                Errors = run.Errors;
                Outcomes = run.Outcomes;
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
