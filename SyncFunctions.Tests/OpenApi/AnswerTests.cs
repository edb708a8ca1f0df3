using System.Net;
using System.Net.WebSockets;
using System.Text.Json;

using SyncFunctions.Functions;
using SyncFunctions.Tests.Contract;
using SyncFunctions.Tests.Hosting;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.OpenApi;

/// <summary>The functions' parameters and responses match the description.</summary>
public sealed class AnswerTests(AppFixture fixture, ITestOutputHelper output) : IClassFixture<AppFixture>
{
    private static readonly string[] ParentsOfOthers = ["docName", "listName", "mapName", "streamName"];

    [Fact]
    public async Task Every_answer_of_every_function_is_as_it_is_described()
    {
        ApiDescription description = await ApiDescription.ReadAsync(fixture.App.Http);
        List<string> faults = [];
        Dictionary<string, HashSet<int>> statuses = [];
        int validated = 0;
        HostSide side = new(fixture.App.Http, (function, answer, body) =>
        {
            validated++;
            statuses.TryAdd(function.Name, []);
            statuses[function.Name].Add((int)answer.StatusCode);
            faults.AddRange(description.Faults(function.Route, answer, body).Select(fault => $"{function.Name}: {fault} in {body}"));
        });

        foreach (CallWay way in CallWay.All)
        {
            foreach (HostComparisonTests.Step step in HostComparisonTests.Walk.Where(step => !HostComparisonTests.Contract(step.Function).IsPage))
            {
                await side.CallAsync(way, HostComparisonTests.Contract(step.Function), HostComparisonTests.Valid(step, way), step.IfMatch);
            }

            foreach (FunctionContract function in FunctionTable.Described)
            {
                Dictionary<string, string> valid = HostComparisonTests.Valid(function.Name, way);
                await side.CallAsync(way, function, valid.ToDictionary(
                    parameter => parameter.Key, parameter => ParentsOfOthers.Contains(parameter.Key) ? "\"nowhere\"" : parameter.Value), null);
                await side.CallAsync(way, function, new Dictionary<string, string> { ["service"] = "\"unknown\"" }, "W/\"3\"");
                foreach (ParameterContract missing in function.Parameters.Where(parameter => parameter.Required))
                {
                    await side.CallAsync(way, function, valid.Where(parameter => parameter.Key != missing.Name).ToDictionary(), null);
                }
            }
        }

        output.WriteLine($"{validated} answers validated, with the statuses {string.Join(", ", statuses.Values.SelectMany(status => status).Distinct().Order())}");
        faults.Should().BeEmpty();
        statuses.Keys.Should().BeEquivalentTo(FunctionTable.Described.Select(function => function.Name));
        validated.Should().BeGreaterThan(1000);
    }

    [Fact]
    public async Task What_a_function_accepts_is_as_it_is_described()
    {
        ApiDescription description = await ApiDescription.ReadAsync(fixture.App.Http);

        foreach (FunctionContract function in FunctionTable.Described.Where(function =>
            function.Methods.Contains("POST") && function.Parameters.Length > 0 && !FunctionCatalog.Find(function.Name)!.Declaration.TakesSnapshot))
        {
            string body = $"{{{string.Join(',', function.Given.Select(parameter => $"\"{parameter.Name}\":{parameter.Example}"))}}}";
            description.Faults(function.Route, JsonDocument.Parse(body).RootElement).Should().BeEmpty("{0} takes {1}", function.Name, body);
            if (function.Parameters.Any(parameter => parameter.Required))
            {
                description.Faults(function.Route, JsonDocument.Parse("{}").RootElement).Should().NotBeEmpty("{0} needs parameters", function.Name);
            }
        }
    }

    [Fact]
    public async Task A_connection_that_has_not_signed_in_is_as_it_is_described()
    {
        ApiDescription description = await ApiDescription.ReadAsync(fixture.App.Http);
        using ClientWebSocket socket = new();
        await socket.ConnectAsync(fixture.App.Emulator.RealtimeUrl, TestContext.Current.CancellationToken);
        // The emulator lists a connection shortly after the handshake, and before it replies to anything.
        byte[] message = TwilsockClient.PacketOf(new { id = "TM1", method = "unknown", payload_size = 0 });
        await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, TestContext.Current.CancellationToken);
        await socket.ReceiveAsync(new byte[4096], TestContext.Current.CancellationToken);

        using HttpResponseMessage answer = await fixture.App.CallAsync("getConnections", new { });

        string body = await answer.Content.ReadAsStringAsync();
        body.Should().Contain("\"serviceSid\":null");
        description.Faults("getConnections", answer, body).Should().BeEmpty();
    }

    [Fact]
    public async Task An_unexpected_failure_is_described_too()
    {
        ApiDescription description = await ApiDescription.ReadAsync(fixture.App.Http);
        await using TestApp app = await TestApp.StartAsync(TestApp.TwilioAt(new Uri("http://127.0.0.1:9")));

        using HttpResponseMessage answer = await app.CallAsync("getDocument", new { docName = "test" });

        answer.StatusCode.Should().Be(HttpStatusCode.BadGateway);
        description.Faults("getDocument", answer, await answer.Content.ReadAsStringAsync()).Should().BeEmpty();
    }
}
