using System.Net;
using System.Text;

using SyncFunctions.Tests.Contract;
using SyncFunctions.Tests.Functions.Binding;
using SyncFunctions.Tests.Support;


namespace SyncFunctions.Tests.Hosting;

/// <summary>The functions respond the same under every host.</summary>
public sealed class HostComparisonTests(ComparedHosts hosts, ITestOutputHelper output) : IClassFixture<ComparedHosts>
{
    // The order lets each function succeed: the objects that it needs were created by earlier functions.
    internal static readonly Step[] Walk =
    [
        new("health"), new("explorer"), new("openapi"), new("openapiV2"), new("getService"), new("getServices"), new("createToken"), new("userToken", HttpStatusCode.Unauthorized), new("webhook", HttpStatusCode.Forbidden),

        new("createDocument"), new("createDocument", HttpStatusCode.Conflict), new("openDocument"), new("getDocument"), new("searchDocument"),
        new("updateDocument"), new("updateDocument", HttpStatusCode.PreconditionFailed, "\"another\""), new("updateDocument", IfMatch: "*"),
        new("patchDocument"), new("incrementDocument"), new("incrementDocument", HttpStatusCode.PreconditionFailed, "another"),
        new("setDocumentPermission"), new("getDocumentPermission"), new("getDocumentPermissions"), new("removeDocumentPermission"),
        new("getActionTypes"), new("addActions"), new("addAction"), new("takeActions"), new("takeActions"),
        new("getDocuments"), new("removeDocument", HttpStatusCode.PreconditionFailed, "another"), new("removeDocument"),
        new("openDocument"), new("removeDocumentById"),

        new("createList"), new("createList", HttpStatusCode.Conflict), new("openList"), new("getList"), new("searchList"), new("updateList"),
        new("addListItem"), new("addListItem"), new("addListItems"), new("getListItems"), new("getListItem"), new("queryListItems"), new("getListItemByIndex"),
        new("summarizeListItems"),
        new("updateListItem"), new("updateListItem", HttpStatusCode.PreconditionFailed, "\"another\""), new("patchListItem"),
        new("setListPermission"), new("getListPermission"), new("getListPermissions"), new("removeListPermission"),
        new("getLists"), new("removeListItemByIndex"), new("removeListItem"), new("addListItem"), new("removeListItems"), new("removeList"),
        new("openList"), new("removeListById"),

        new("createMap"), new("createMap", HttpStatusCode.Conflict), new("openMap"), new("getMap"), new("searchMap"), new("updateMap"),
        new("setMapItem"), new("setMapItem", HttpStatusCode.PreconditionFailed, "\"another\""), new("getMapItems"), new("getMapItem"),
        new("queryMapItems"), new("summarizeMapItems"), new("patchMapItem"), new("incrementMapItem"),
        new("setMapPermission"), new("getMapPermission"), new("getMapPermissions"), new("removeMapPermission"),
        new("getMaps"), new("removeMapItem"), new("removeMap"), new("openMap"), new("removeMapById"),

        new("createStream"), new("createStream", HttpStatusCode.Conflict), new("openStream"), new("getStream"), new("searchStream"), new("updateStream"),
        new("publishStreamMessage"), new("getStreams"), new("removeStream"), new("openStream"), new("removeStreamById"),

        new("openList"), new("addListItem"), new("exportService"), new("importService", HttpStatusCode.UnsupportedMediaType), new("resetService"),
        new("exportService"),

        new("startJob", HttpStatusCode.Conflict), new("listJobs"), new("getJob", HttpStatusCode.NotFound), new("cancelJob", HttpStatusCode.NotFound),
        new("cleanJobs"), new("getWorkerState"), new("getServerState"),

        new("getRequests"), new("getEvents"), new("getWebhookDeliveries"), new("sendWebhookDelivery", HttpStatusCode.NotFound), new("getConnections"),
        new("dropConnection", HttpStatusCode.NotFound),

        // Sessions have random keys, which no snapshot may show.
        new("createSession"), new("getSession"), new("getSession", HttpStatusCode.PreconditionFailed, "\"another\""), new("updateSession"),
        new("getSessions"), new("join"), new("addParticipant"), new("getParticipants"), new("getParticipant"), new("updateParticipant"),
        new("admitParticipant"), new("join"), new("removeParticipant"), new("join", HttpStatusCode.NotFound),
        new("cancelSession", HttpStatusCode.PreconditionFailed, "another"), new("cancelSession"), new("getSession", HttpStatusCode.Gone),
        new("resetService"),
    ];

    private const string Json = "application/json";
    private const string Form = "application/x-www-form-urlencoded";

    private static readonly string[] ParentsOfOthers = ["docName", "listName", "mapName", "streamName"];

    [Fact]
    public void Every_function_is_compared() =>
        Walk.Select(step => step.Function).Distinct().Should().BeEquivalentTo(FunctionTable.All.Select(function => function.Name));

    [Fact]
    public async Task Every_function_responds_the_same_under_both_hosts()
    {
        List<string> differences = [];
        int compared = 0;
        foreach (CallWay way in CallWay.All)
        {
            foreach (Step step in Walk)
            {
                await CompareAsync(way, Contract(step.Function), Valid(step, way), step.IfMatch, step.Status);
            }

            foreach (FunctionContract function in FunctionTable.All.Where(function => !IsMaker(function)))
            {
                await CompareAsync(way, function, Valid(function.Name, way).ToDictionary(
                    parameter => parameter.Key, parameter => ParentsOfOthers.Contains(parameter.Key) ? "\"nowhere\"" : parameter.Value));
            }

            foreach (FunctionContract function in FunctionTable.All)
            {
                foreach (ParameterContract missing in function.Parameters.Where(parameter => parameter.Required))
                {
                    await CompareAsync(
                        way, function, Valid(function.Name, way).Where(parameter => parameter.Key != missing.Name).ToDictionary(), null, HttpStatusCode.BadRequest);
                }
            }
        }

        output.WriteLine($"{compared} calls compared");
        differences.Should().BeEmpty();
        compared.Should().BeGreaterThan(300);
        hosts.Host.Failures.Should().BeEmpty();
        hosts.Host.Errors.Should().BeEmpty();

        async Task CompareAsync(
            CallWay way, FunctionContract function, Dictionary<string, string> parameters, string? ifMatch = null, HttpStatusCode? status = null)
        {
            (HostAnswer local, HostAnswer worker) = await hosts.CallAsync(way, function, parameters, ifMatch);
            compared++;
            if (local != worker)
            {
                differences.Add($"{function.Name} by {way.Name} with {string.Join(", ", parameters)}:\n  local:  {local}\n  worker: {worker}\n");
            }

            if (status is { } expected && local.Status != (int)expected)
            {
                differences.Add($"{function.Name} by {way.Name} with {string.Join(", ", parameters)} should answer {expected}, and answered {local}\n");
            }
        }
    }

    [Fact]
    public async Task Refusals_are_the_same()
    {
        int compared = await hosts.CompareAsync(BadInputTests.RefusedValues.Select(refused => (
            refused.Function, (string?)Json, Encoding.UTF8.GetBytes(BadInputTests.Body(refused.Function, refused.Parameter, refused.Value)))));

        output.WriteLine($"{compared} refusals compared");
        compared.Should().BeGreaterThan(1000);
    }

    [Fact]
    public async Task A_body_of_any_type_and_size_gets_the_same_answer()
    {
        string?[] types =
        [
            Json, "application/json; charset=utf-8", "application/json; charset=utf-16", "application/json; charset=utf-7", "application/json; charset=utf8",
            "application/json; charset='utf-8'", "application/json; charset=", "application/vnd.api+json", Form, "application/x-www-form-urlencoded; charset=iso-8859-1",
            "multipart/form-data; boundary=x", "text/plain", "application/octet-stream", "nonsense", null,
        ];
        byte[][] bodies =
        [
            [], "{}"u8.ToArray(), """{"docName":"nowhere"}"""u8.ToArray(), """{"docName":"a","docName":"b"}"""u8.ToArray(), "{"u8.ToArray(), "docName=nowhere"u8.ToArray(),
            "docName=%zz"u8.ToArray(), "docName=a&docName=b"u8.ToArray(), "docName=%00"u8.ToArray(), [0xEF, 0xBB, 0xBF, .. "{}"u8], [0xFF, 0xFE], new byte[100_000],
        ];
        // More bytes than any function accepts.
        byte[] tooMany = new byte[2_000_000];

        int compared = await hosts.CompareAsync(
        [
            .. from type in types from body in bodies from function in (string[])["searchDocument", "searchDocument?docName=x", "webhook/searchDocument"] select (function, type, body),
            .. types.Select(type => ("searchDocument", type, tooMany)),
        ]);

        output.WriteLine($"{compared} bodies compared");
    }

    [Fact]
    public async Task Headers_get_the_same_answer()
    {
        (string Name, string Value)[] headers =
        [
            ("Content-Encoding", "gzip"), ("Content-Encoding", "identity"), ("Content-Encoding", "br, gzip"), ("If-Match", "W/\"3\""), ("If-Match", "\"3\", \"4\""),
            ("If-Match", "W/3"), ("If-Match", "3"), ("If-Match", "*"),
        ];

        List<int> statuses = [];
        foreach ((string name, string value) in headers)
        {
            statuses.Add(await hosts.CompareAsync("updateDocument", name, value, """{"docName":"nowhere","data":{}}"""));
        }

        statuses.Should().Equal(415, 404, 415, 412, 400, 400, 404, 404);
        hosts.Host.Failures.Should().BeEmpty();
    }

    internal static FunctionContract Contract(string function) => FunctionTable.All.Single(contract => contract.Name == function);

    private static bool IsMaker(FunctionContract function) =>
        function.Name.StartsWith("create", StringComparison.Ordinal) || function.Name.StartsWith("open", StringComparison.Ordinal);

    // The header If-Match and the parameter must not have different values.
    internal static Dictionary<string, string> Valid(Step step, CallWay way)
    {
        Dictionary<string, string> parameters = Valid(step.Function, way);
        if (step.IfMatch is not null)
        {
            parameters.Remove("ifMatch");
        }

        return parameters;
    }

    // The table's examples, under a name that no other way of calling uses.
    internal static Dictionary<string, string> Valid(string function, CallWay way) => Contract(function).Given.ToDictionary(
        parameter => parameter.Name, parameter => ParentsOfOthers.Contains(parameter.Name) ? $"\"{way.Name}\"" : parameter.Example!);

    internal sealed record Step(string Function, HttpStatusCode Status = HttpStatusCode.OK, string? IfMatch = null);
}
