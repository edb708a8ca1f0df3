using System.Text.Json;

using SyncFunctions.Tests.Emulator.Realtime;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Rest;

/// <summary>Twilio's own SDK for Node, unmodified, drives the emulator: <c>Node/rest.mjs</c>.</summary>
public sealed class NodeSdkTests(NodeSdkTests.Suite suite, ITestOutputHelper output) : IClassFixture<NodeSdkTests.Suite>
{
    private static readonly string[] Names = File.ReadAllLines(Path.Combine(NodeProgram.Source, "rest.scenarios.txt"));

    public static TheoryData<string> Scenarios => [.. Names];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void The_official_SDK_succeeds_with(string scenario)
    {
        Assert.SkipUnless(suite.Unavailable is null, suite.Unavailable ?? "");
        suite.Outcomes.ShouldSucceed(scenario);
    }

    [Fact]
    public void Every_scenario_of_the_suite_is_in_the_list_of_names()
    {
        Assert.SkipUnless(suite.Unavailable is null, suite.Unavailable ?? "");
        suite.Outcomes.Keys.Should().BeEquivalentTo(Names, "'node rest.mjs --list > rest.scenarios.txt' writes the list");
    }

    [Fact]
    public void Each_of_the_48_operations_of_the_API_was_called_and_succeeded()
    {
        Assert.SkipUnless(suite.Unavailable is null, suite.Unavailable ?? "");
        foreach ((string operation, bool ok) in suite.Operations)
        {
            output.WriteLine($"{operation,-30} {(ok ? "ok" : "FAILED")}");
        }

        suite.Operations.Should().HaveCount(48).And.OnlyContain(operation => operation.Value);
        suite.ExitCode.Should().Be(0);
    }

    /// <summary>One run of the whole suite.</summary>
    public sealed class Suite : IAsyncLifetime
    {
        private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

        public string? Unavailable { get; private set; }

        public int ExitCode { get; private set; }

        /// <summary>The result of each scenario: <c>ok</c>, or its error.</summary>
        public Dictionary<string, string> Outcomes { get; private set; } = [];

        public Dictionary<string, bool> Operations { get; } = [];

        public async ValueTask InitializeAsync()
        {
            NodeProgram node = await NodeProgram.InstallAsync();
            Unavailable = node.Unavailable;
            if (Unavailable is null)
            {
                await using TestEmulator emulator = await TestEmulator.StartAsync();
                NodeRun run = await node.RunAsync(["rest.mjs"], RealtimeTests.Suite.Environment(emulator.Server.Url, emulator.Options), Timeout);
                ExitCode = run.ExitCode;
                Read(run);
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private void Read(NodeRun run)
        {
            Outcomes = run.Outcomes;
            foreach (JsonElement result in run.Lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line)))
            {
                if (result.TryGetProperty("operations", out JsonElement operations))
                {
                    foreach (JsonElement operation in operations.EnumerateArray())
                    {
                        Operations.Add(operation.GetProperty("operation").GetString()!, operation.GetProperty("ok").GetBoolean());
                    }
                }
            }

            Operations.Should().NotBeEmpty("the suite ends with its operations, and wrote {0}", run.Errors);
        }
    }
}
