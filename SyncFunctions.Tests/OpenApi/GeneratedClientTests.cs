using System.Net;

using SyncFunctions.Functions;
using SyncFunctions.Tests.Contract;
using SyncFunctions.Tests.Hosting;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.OpenApi;

/// <summary>A client that a public generator makes of the description can call every function.</summary>
public sealed class GeneratedClientTests(AppFixture fixture, ITestOutputHelper output) : IClassFixture<AppFixture>
{
    private static readonly string[] Names = ["docName", "listName", "mapName", "streamName"];

    [Theory]
    [InlineData("openapi.json")]
    [InlineData("openapi.v2.json")]
    public async Task It_makes_every_call(string document)
    {
        string description = await fixture.App.Http.GetStringAsync(new Uri(document, UriKind.Relative));
        HostSide side = new(fixture.App.Http);
        using HttpClient http = new(new Remembering(side)) { BaseAddress = fixture.App.Http.BaseAddress };
        GeneratedClient client = await GeneratedClient.MakeAsync(description, http);
        List<string> differences = [];
        int calls = 0;

        foreach (bool byQuery in (bool[])[false, true])
        {
            foreach (HostComparisonTests.Step step in HostComparisonTests.Walk.Where(step => !HostComparisonTests.Contract(step.Function).IsPage))
            {
                FunctionContract contract = HostComparisonTests.Contract(step.Function);
                Dictionary<string, string> parameters = Parameters(contract, step, $"{document} {byQuery}", side);
                string operation = byQuery && contract.Methods.Length > 1 ? $"{step.Function}ByQuery" : step.Function;
                int? failure = await client.CallAsync(operation, parameters);
                calls++;
                if ((failure ?? 200) != Expected(step))
                {
                    differences.Add($"{operation} should answer {step.Status}, and answered {failure}");
                }
            }
        }

        output.WriteLine($"{calls} calls made");
        differences.Should().BeEmpty();
    }

    // The client throws for any unexpected response, and knows which functions return 202.
    private static int Expected(HostComparisonTests.Step step) => step.Function switch
    {
        // Its client can only send what is described: a snapshot, here an empty one.
        "importService" => (int)HttpStatusCode.BadRequest,
        _ => (int)step.Status,
    };

    private static Dictionary<string, string> Parameters(FunctionContract contract, HostComparisonTests.Step step, string name, HostSide side)
    {
        Dictionary<string, string> parameters = contract.Given.ToDictionary(
            parameter => parameter.Name, parameter => Names.Contains(parameter.Name) ? $"\"{name}\"" : parameter.Example!);
        if (step.IfMatch is { } ifMatch)
        {
            parameters["ifMatch"] = $"\"{ifMatch.Trim('"')}\"";
        }

        if (FunctionCatalog.Find(step.Function)!.Declaration.RouteParameters is [var route])
        {
            parameters[route.Name] = route.Name == "participantId" ? $"\"{side.ParticipantId}\"" : "\"getDocument\"";
        }

        return side.Own(parameters);
    }

    private sealed class Remembering(HostSide side) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            side.Remember(await response.Content.ReadAsStringAsync(cancellationToken));
            return response;
        }
    }
}
