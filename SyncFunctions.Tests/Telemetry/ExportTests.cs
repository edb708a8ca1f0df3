using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

using SyncFunctions.Tests.Hosting;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Telemetry;

/// <summary>What leaves the app, as OpenTelemetry's own exporter sends it: one trace a call, and nothing of what callers give.</summary>
public sealed partial class ExportTests(ITestOutputHelper output)
{
    private const string App = "SyncFunctions";
    private const string Emulator = "SyncFunctions.Emulator";
    private const string Worker = "Microsoft.Azure.Functions.Worker";

    // What callers give, by parameter; each value has the mark in it.
    private const string Mark = "zzmarkzz";

    private static readonly Dictionary<string, string> Marked = new()
    {
        ["docName"] = $"\"{Mark}-document\"",
        ["listName"] = $"\"{Mark}-list\"",
        ["mapName"] = $"\"{Mark}-map\"",
        ["streamName"] = $"\"{Mark}-stream\"",
        ["key"] = $"\"{Mark}-key\"",
        ["identity"] = $"\"{Mark}-identity\"",
        ["password"] = $"\"{Mark}-password\"",
        ["data"] = $$"""{"a":1,"{{Mark}}-member":"{{Mark}}-data"}""",
        ["patch"] = $$"""{"a":1,"{{Mark}}-member":"{{Mark}}-patch"}""",
        ["items"] = $$"""[{"a":"{{Mark}}-item"}]""",
        ["where"] = $"\"a != {Mark}\"",
        ["sessionName"] = $"\"{Mark}-session\"",
        ["displayName"] = $"\"{Mark}-person\"",
        ["room"] = $"\"{Mark}-room\"",
        ["takeId"] = $"\"{Mark}-take\"",
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_is_one_trace_from_its_caller_to_the_emulator(bool isWorker)
    {
        await using TelemetryReceiver receiver = await TelemetryReceiver.StartAsync();
        await using ObservedApp app = await ObservedApp.StartAsync(isWorker, receiver.OpenTelemetry);
        string trace = ActivityTraceId.CreateRandom().ToHexString();
        string caller = ActivitySpanId.CreateRandom().ToHexString();
        using HttpRequestMessage request = new(HttpMethod.Post, "createDocument")
        {
            Content = new StringContent("""{"docName":"traced","data":{}}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("traceparent", $"00-{trace}-{caller}-01");

        using HttpResponseMessage response = await app.Http.SendAsync(request, TestContext.Current.CancellationToken);
        await TelemetryReceiver.WaitAsync(() => receiver.Spans.Count(span => span.Trace == trace) >= 4);

        Dictionary<string, ReceivedSpan> spans = receiver.Spans.Where(span => span.Trace == trace).ToDictionary(span => span.Id);
        output.WriteLine(string.Join('\n', spans.Values));
        response.EnsureSuccessStatusCode();
        List<(string, string)> chain = [];
        ReceivedSpan last = spans.Values.Single(span => span.Scope == Emulator);
        chain.Add((last.Scope, last.Name));
        while (spans.TryGetValue(last.Parent, out ReceivedSpan? parent))
        {
            last = parent;
            chain.Add((last.Scope, last.Name));
        }

        chain.SkipLast(1).Should().Equal((Emulator, "documents.create"), (App, "POST"), (App, "documents.create"));
        if (isWorker)
        {
            chain[^1].Item1.Should().Be(Worker);
            last.Parent.Should().NotBe(caller, "the host has a span of its own").And.NotBeEmpty();
        }
        else
        {
            chain[^1].Should().Be((App, "POST /api/createDocument"));
            last.Parent.Should().Be(caller);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_values_of_callers_are_exported(bool isWorker)
    {
        await using TelemetryReceiver receiver = await TelemetryReceiver.StartAsync();
        await using ObservedApp app = await ObservedApp.StartAsync(isWorker, receiver.OpenTelemetry);
        HashSet<string> secrets = await WalkAsync(app.Http);

        int metrics = receiver.Count(TelemetryReceiver.Metrics);
        await TelemetryReceiver.WaitAsync(() => receiver.Count(TelemetryReceiver.Metrics) > metrics + 1 && receiver.Spans.Any(span => span.Name.EndsWith("getService", StringComparison.Ordinal)));

        string sent = receiver.Text();
        output.WriteLine($"{receiver.Spans.Count} spans, {sent.Length} characters; spans: {string.Join(", ", receiver.Spans.Select(span => $"{span.Scope}/{span.Name}").Distinct())}");
        receiver.Count(TelemetryReceiver.Logs).Should().BePositive();
        receiver.Text(TelemetryReceiver.Metrics).Should().Contain("sync.client.call.duration").And.Contain("sync.emulator.commit.duration");
        receiver.Spans.Select(span => span.Name).Should().Contain(
        [
            "documents.create", "documents.fetch", "documents.update", "documents.remove", "documents.list", "document_permissions.update", "lists.create",
            "list_items.create", "list_items.list", "maps.create", "map_items.update", "streams.create", "stream_messages.create", "service.fetch",
        ]);
        secrets.Where(secret => sent.Contains(secret, StringComparison.OrdinalIgnoreCase)).Should().BeEmpty();
    }

    [Fact]
    public async Task Application_Insights_gets_the_same_and_no_values_of_callers()
    {
        await using TelemetryReceiver receiver = await TelemetryReceiver.StartAsync();
        await using ObservedApp app = await ObservedApp.StartAsync(isWorker: false, new Dictionary<string, string>
        {
            ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = $"InstrumentationKey={Guid.NewGuid()};IngestionEndpoint={receiver.Url}",
            ["APPLICATIONINSIGHTS_STATSBEAT_DISABLED"] = "true",
            ["OTEL_TRACES_SAMPLER"] = "microsoft.fixed_percentage",
            ["OTEL_TRACES_SAMPLER_ARG"] = "1.0",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        });
        HashSet<string> secrets = await WalkAsync(app.Http);

        await TelemetryReceiver.WaitAsync(() => receiver.Text(TelemetryReceiver.ApplicationInsights).Contains("GET /api/getService", StringComparison.Ordinal));

        string sent = receiver.Text();
        sent.Should().Contain("documents.create").And.Contain("POST /api/createDocument");
        secrets.Where(secret => sent.Contains(secret, StringComparison.OrdinalIgnoreCase)).Should().BeEmpty();
    }

    [Theory]
    [InlineData(503)]
    [InlineData(401)]
    public async Task Syncs_error_messages_are_not_exported_with_the_log(int status)
    {
        await using TelemetryReceiver receiver = await TelemetryReceiver.StartAsync();
        await using FakeSync sync = await FakeSync.StartAsync((context, _) => FakeSync.AnswerAsync(
            context, status, $$"""{"code":20001,"message":"The requested resource /Services/default/Documents/{{Mark}} failed","status":{{status}}}"""));
        await using TestApp app = await TestApp.StartAsync(new Dictionary<string, string?>(
            TestApp.TwilioAt(sync.Url).Concat(receiver.OpenTelemetry.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))));

        using HttpResponseMessage failed = await app.CallAsync("createDocument", new { docName = Mark, data = new { } });
        using HttpResponseMessage missing = await app.CallAsync($"{Mark}/getDocument", new { });
        await TelemetryReceiver.WaitAsync(() => receiver.Text(TelemetryReceiver.Logs).Contains("createDocument", StringComparison.Ordinal)
            && receiver.Spans.Any(span => span.Name == "POST /api/createDocument"));

        ((int)failed.StatusCode, (int)missing.StatusCode).Should().Be((502, 404));
        receiver.Text(TelemetryReceiver.Logs).Should().Contain("failed, responded with").And.Contain("error.type");
        receiver.Text().Should().NotContain(Mark);
    }

    // All functions, in all ways; the last is one of whose end all can tell.
    private static async Task<HashSet<string>> WalkAsync(HttpClient http)
    {
        HashSet<string> secrets = new(StringComparer.OrdinalIgnoreCase) { Mark, "0123456789abcdef0123456789abcdef", "emulator-api-key-secret" };
        HostSide side = new(http, (_, _, body) =>
        {
            foreach (Match made in Made().Matches(body))
            {
                secrets.Add(made.Groups[2].Value);
            }
        });
        // The tests' Functions host records no trace that its caller does not.
        http.DefaultRequestHeaders.Add("traceparent", $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-01");
        foreach (CallWay way in CallWay.All)
        {
            foreach (HostComparisonTests.Step step in HostComparisonTests.Walk.Where(step => step.Function is not "getService"))
            {
                await side.CallAsync(way, HostComparisonTests.Contract(step.Function), Parameters(step, way), step.IfMatch is null ? null : $"\"{Mark}\"");
            }
        }

        // It shows the service's SID, which is the same everywhere.
        secrets.RemoveWhere(secret => secret.EndsWith(new string('0', 32), StringComparison.Ordinal));
        using HttpResponseMessage last = await http.GetAsync(new Uri($"getService?code={Mark}", UriKind.Relative));
        last.EnsureSuccessStatusCode();
        return secrets;
    }

    private static Dictionary<string, string> Parameters(HostComparisonTests.Step step, CallWay way) => HostComparisonTests.Valid(step, way).ToDictionary(
        parameter => parameter.Key, parameter => Marked.GetValueOrDefault(parameter.Key, parameter.Value));

    [GeneratedRegex("\"(sid|sessionId|participantId|token)\":\"([^\"]+)\"")]
    private static partial Regex Made();
}
