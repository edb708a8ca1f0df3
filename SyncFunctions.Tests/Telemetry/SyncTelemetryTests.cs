using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;

using Microsoft.AspNetCore.Http;

using SyncFunctions.Client;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Telemetry;

/// <summary>What the app tells of its calls of Sync.</summary>
[Collection(Measuring.Name)]
public sealed class SyncTelemetryTests(FakeTwilio twilio) : IClassFixture<FakeTwilio>
{
    [Fact]
    public async Task A_call_is_a_span_with_a_span_for_each_request()
    {
        twilio.AnswerFirst(429, FakeTwilio.Document, ("Retry-After", "0"));
        using Spans spans = new();

        (await CallAsync(spans, "getDocument", """{"docName":"d"}""")).Should().Be(HttpStatusCode.OK);

        spans.Told.Should().Equal(
            "GET Client: http.request.method=GET server.address=127.0.0.1 server.port=(port) http.response.status_code=429 error.type=429, Error",
            "GET Client: http.request.method=GET server.address=127.0.0.1 server.port=(port) http.response.status_code=200, Unset",
            "documents.fetch Internal: sync.operation=documents.fetch http.response.status_code=200, Unset",
            "POST /api/getDocument Server: http.request.method=POST http.route=/api/getDocument faas.trigger=http faas.name=getDocument http.response.status_code=200, Unset");
    }

    [Fact]
    public async Task Not_found_is_a_valid_response_and_not_an_error()
    {
        twilio.Answer(404, FakeTwilio.Error(404, 20404));
        using Spans spans = new();

        (await CallAsync(spans, "getDocument", """{"docName":"d"}""")).Should().Be(HttpStatusCode.NotFound);

        spans.Told[1].Should().Be("documents.fetch Internal: sync.operation=documents.fetch http.response.status_code=404 error.type=404, Unset");
    }

    [Fact]
    public async Task Sync_gets_the_trace_context_and_nothing_else()
    {
        twilio.Answer(200, FakeTwilio.Document);
        using Spans spans = new();

        await CallAsync(spans, "getDocument", """{"docName":"d"}""", ("tracestate", "vendor=1"), ("baggage", "user=alice"));

        IHeaderDictionary headers = twilio.Requests.Single().Headers;
        headers.TraceParent.ToString().Should().MatchRegex($"^00-{spans.Trace}-[0-9a-f]{{16}}-01$").And.NotContain(spans.Caller);
        headers.TraceState.ToString().Should().Be("vendor=1");
        headers.Should().NotContainKey("baggage").And.NotContainKey("Correlation-Context");
    }

    [Fact]
    public async Task Calls_requests_and_refusals_are_counted()
    {
        twilio.AnswerFirst(429, FakeTwilio.Document, ("Retry-After", "0"));
        using MetricRecorder metrics = new("SyncFunctions");

        await twilio.App.ResolveAsync("getDocument", new { docName = "d" });

        metrics.Of("sync.client.calls").Should().Equal((1, "http.response.status_code=200 sync.operation=documents.fetch"));
        metrics.Of("sync.client.attempts").Should().Equal((1, "sync.operation=documents.fetch"), (1, "sync.operation=documents.fetch"));
        metrics.Of("sync.client.throttled").Should().Equal((1, "sync.operation=documents.fetch"));
        metrics.Of("sync.client.call.duration").Should().ContainSingle().Which.Value.Should().BeInRange(0, 10);
        metrics.Instruments.Single(instrument => instrument.Name == "sync.client.call.duration").Unit.Should().Be("s");
    }

    [Fact]
    public async Task A_change_that_was_retried_is_counted()
    {
        twilio.Answer((context, count) => count == 2
            ? FakeTwilio.SendAsync(context, 412, FakeTwilio.Error(412, 54103))
            : FakeTwilio.SendAsync(context, 200, FakeTwilio.Document));
        using MetricRecorder metrics = new("SyncFunctions");

        await twilio.App.ResolveAsync("patchDocument", new { docName = "d", patch = new { b = 1 } });

        metrics.Of("sync.client.conflicts").Should().Equal((1, "sync.resource=documents"));
        metrics.Of("sync.client.calls").Should().HaveCount(4).And.Contain((1, "error.type=412 http.response.status_code=412 sync.operation=documents.update"));
    }

    [Theory]
    [InlineData("GET", "/v1/Services/IS1", "service.fetch")]
    [InlineData("GET", "/v1/Services/IS1/Documents?PageSize=1&PageToken=a/b", "documents.list")]
    [InlineData("POST", "/v1/Services/IS1/Lists", "lists.create")]
    [InlineData("POST", "/v1/Services/IS1/Maps/a%2Fb", "maps.update")]
    [InlineData("DELETE", "/v1/Services/IS1/Streams/s", "streams.remove")]
    [InlineData("GET", "/v1/Services/IS1/Lists/l/Items", "list_items.list")]
    [InlineData("POST", "/v1/Services/IS1/Maps/m/Items/Documents", "map_items.update")]
    [InlineData("POST", "/v1/Services/IS1/Streams/s/Messages", "stream_messages.create")]
    [InlineData("DELETE", "/v1/Services/IS1/Documents/d/Permissions/alice", "document_permissions.remove")]
    [InlineData("GET", "/v1/Services/IS1/Secrets/alice", "other")]
    [InlineData("GET", "/v1/Services/IS1/Documents/d/Secrets/alice", "other")]
    [InlineData("GET", "/v1/Services/IS1/Lists/l/Items/1/and/more", "other")]
    [InlineData("GET", "/", "other")]
    public void An_operation_is_one_of_few_words(string method, string path, string operation) =>
        SyncOperation.Of(new SyncRequest(new HttpMethod(method), path, [], null, IsRetryable: true)).Should().Be(operation);

    private async Task<HttpStatusCode> CallAsync(Spans spans, string function, string json, params (string Name, string Value)[] headers)
    {
        using StringContent content = new(json, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await twilio.App.SendAsync(
            HttpMethod.Post, function, content, [("traceparent", $"00-{spans.Trace}-{spans.Caller}-01"), .. headers]);
        await spans.EndAsync();
        return response.StatusCode;
    }

    /// <summary>The spans of one trace, in the order of their ends.</summary>
    private sealed class Spans : IDisposable
    {
        private readonly ActivityListener listener;
        private readonly ConcurrentQueue<Activity> ended = new();
        private readonly TaskCompletionSource last = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Spans()
        {
            listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == "SyncFunctions",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = activity =>
                {
                    if (activity.TraceId.ToHexString() == Trace)
                    {
                        ended.Enqueue(activity);
                        if (activity.Kind == ActivityKind.Server)
                        {
                            last.SetResult();
                        }
                    }
                },
            };
            ActivitySource.AddActivityListener(listener);
        }

        public string Trace { get; } = ActivityTraceId.CreateRandom().ToHexString();

        public string Caller { get; } = ActivitySpanId.CreateRandom().ToHexString();

        public IReadOnlyList<string> Told => [.. ended.Select(span =>
            $"{span.OperationName} {span.Kind}: {string.Join(' ', span.TagObjects.Select(tag => $"{tag.Key}={(tag.Key == "server.port" ? "(port)" : tag.Value)}"))}, {span.Status}")];

        public Task EndAsync() => last.Task.WaitAsync(TimeSpan.FromSeconds(30));

        public void Dispose() => listener.Dispose();
    }
}
