using System.Text.Json;

using SyncFunctions.Emulator;
using SyncFunctions.Tests.Emulator.Realtime;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Clients;

/// <summary>
/// The class that replaces the JavaScript library's, <c>clients/twilioSync.private.js</c>: each of its methods (<c>Node/drop-in.mjs</c>),
/// and under Twilio's own local runtime for Functions, unmodified (<c>Node/twilio-run</c>), where Twilio's client runs beside it.
/// </summary>
public sealed class DropInTests(DropInTests.Suite suite) : IClassFixture<DropInTests.Suite>
{
    private static readonly string[] Names = File.ReadAllLines(Path.Combine(NodeProgram.Source, "drop-in.scenarios.txt"));

    public static TheoryData<string> Scenarios => [.. Names];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void The_class_succeeds_with(string scenario)
    {
        Assert.SkipUnless(suite.NodeUnavailable is null, suite.NodeUnavailable ?? "");
        suite.Outcomes.ShouldSucceed(scenario);
    }

    [Fact]
    public void Every_scenario_of_the_suite_is_in_the_list_of_names()
    {
        Assert.SkipUnless(suite.NodeUnavailable is null, suite.NodeUnavailable ?? "");
        suite.Outcomes.Keys.Should().BeEquivalentTo(Names, "'node drop-in.mjs --list > drop-in.scenarios.txt' writes the list");
    }

    [Theory]
    [InlineData("document", """["flow-document not found.",{"foo":"bar2"},{"foo":"bar2"},true,"deleted"]""")]
    [InlineData("list", """["flow-list not found.",[{"foo":"bar"},{"hoge":"fuga"}],[{"foo":"bar"}],"deleted"]""")]
    [InlineData("map", """["flow-map not found.",[["john",{"age":20}],["mark",{"age":30}]],{"age":20},null,"deleted"]""")]
    public void A_Twilio_Function_under_Twilios_local_runtime_uses_the_class(string flow, string result) => RuntimeAnswered(flow, result);

    [Fact]
    public void Twilios_local_runtime_takes_the_emulators_default_credentials_for_its_own_client() =>
        RuntimeAnswered("client", """["from-client","AC00000000000000000000000000000000",{"from":"client"},true]""");

    private void RuntimeAnswered(string call, string result)
    {
        Assert.SkipUnless(suite.RuntimeUnavailable is null, suite.RuntimeUnavailable ?? "");
        suite.Answers.Should().ContainKey(call, "the runtime wrote {0}", suite.RuntimeOutput);
        (int status, string body) = suite.Answers[call];
        status.Should().Be(200, body);
        body.Should().Be($$"""{"result":{{result}}}""");
    }

    /// <summary>One run of the scenarios, and one of Twilio's runtime, over one app.</summary>
    public sealed class Suite : IAsyncLifetime
    {
        private const string FunctionKey = "key-of-the-drop-in";

        private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

        public string? NodeUnavailable { get; private set; }

        public string? RuntimeUnavailable { get; private set; }

        /// <summary>The result of each scenario: <c>ok</c>, or its error.</summary>
        public Dictionary<string, string> Outcomes { get; private set; } = [];

        /// <summary>What the Functions under Twilio's runtime answered.</summary>
        public Dictionary<string, (int Status, string Body)> Answers { get; } = [];

        /// <summary>What the runtime wrote.</summary>
        public string RuntimeOutput { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            await using TestApp app = await TestApp.StartAsync(
                new Dictionary<string, string?>(ServicesFixture.Settings) { ["FunctionKeys:Host"] = FunctionKey });
            Dictionary<string, string> environment = new(RealtimeTests.Suite.Environment(app.Emulator.Url, new EmulatorOptions()))
            {
                ["API_URL"] = app.Url.GetLeftPart(UriPartial.Authority),
                ["FUNCTION_KEY"] = FunctionKey,
                ["SECOND_SID"] = ServicesFixture.SecondSid,
            };
            await RunScenariosAsync(environment);
            await RunRuntimeAsync(environment);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private async Task RunScenariosAsync(Dictionary<string, string> environment)
        {
            NodeProgram node = await NodeProgram.CopyAsync();
            NodeUnavailable = node.Unavailable;
            if (NodeUnavailable is null)
            {
                NodeRun run = await node.RunAsync(["drop-in.mjs"], environment, Timeout);
                Outcomes = run.Outcomes;
                Outcomes.Should().NotBeEmpty("there are scenarios, and the suite wrote {0}", run.Errors);
            }
        }

        private async Task RunRuntimeAsync(Dictionary<string, string> environment)
        {
            NodeProgram node = await NodeProgram.InstallAsync("twilio-run");
            RuntimeUnavailable = node.Unavailable;
            if (RuntimeUnavailable is not null)
            {
                return;
            }

            NodeRun run = await node.RunAsync([Path.Combine("twilio-run", "run.mjs")], environment, Timeout);
            RuntimeOutput = run.Output + run.Errors;
            foreach (JsonElement line in run.Lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line)))
            {
                if (line.TryGetProperty("call", out JsonElement call))
                {
                    Answers.Add(call.GetString()!, (line.GetProperty("status").GetInt32(), line.GetProperty("body").GetRawText()));
                }
            }
        }
    }
}
