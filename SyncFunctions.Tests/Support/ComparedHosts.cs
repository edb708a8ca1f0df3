using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;

using SyncFunctions.Tests.Contract;

namespace SyncFunctions.Tests.Support;

/// <summary>The app twice, each over an emulator of its own: hosted by itself, and as a worker.</summary>
public sealed class ComparedHosts : IAsyncLifetime
{
    private TestApp app = null!;
    private HostSide local = null!;
    private HostSide worker = null!;

    public FunctionsHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        app = await TestApp.StartAsync();
        Host = await FunctionsHost.StartAsync(new Dictionary<string, string> { ["Jobs__Enabled"] = "false" });
        local = new HostSide(app.Http);
        worker = new HostSide(Host.Http);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await Host.DisposeAsync();
    }

    /// <summary>Makes the same call to both.</summary>
    /// <param name="parameters">By name, as JSON. A SID stands for the one that the host made last, and so do a session's and a participant's id.</param>
    internal async Task<(HostAnswer Local, HostAnswer Worker)> CallAsync(
        CallWay way, FunctionContract function, IReadOnlyDictionary<string, string> parameters, string? ifMatch)
    {
        Task<HostAnswer> first = local.CallAsync(way, function, parameters, ifMatch);
        Task<HostAnswer> second = worker.CallAsync(way, function, parameters, ifMatch);
        return (await first, await second);
    }

    /// <summary>Posts a JSON body with a header to both, and requires the same answers.</summary>
    /// <returns>Their status.</returns>
    internal async Task<int> CompareAsync(string function, string header, string value, string json)
    {
        HostAnswer first = await local.PostAsync(function, header, value, json);
        (await worker.PostAsync(function, header, value, json)).Should().Be(first, "{0}: {1}", header, value);
        return first.Status;
    }

    /// <summary>Posts bodies to both, several at a time, and requires the same answers.</summary>
    /// <returns>The number of them.</returns>
    internal async Task<int> CompareAsync(IEnumerable<(string Function, string? ContentType, byte[] Body)> calls)
    {
        ConcurrentQueue<string> differences = [];
        int compared = 0;
        await Parallel.ForEachAsync(calls, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (call, cancellationToken) =>
        {
            HostAnswer first = await local.PostAsync(call.Function, call.ContentType, call.Body, cancellationToken);
            HostAnswer second = await worker.PostAsync(call.Function, call.ContentType, call.Body, cancellationToken);
            Interlocked.Increment(ref compared);
            if (first != second)
            {
                differences.Enqueue($"{call.Function} with {call.ContentType}, {Encoding.UTF8.GetString(call.Body, 0, Math.Min(call.Body.Length, 1000))}:\n  local:  {first}\n  worker: {second}\n");
            }
        });
        differences.Should().BeEmpty();
        return compared;
    }
}

/// <summary>An answer, without what differs from one run to the next.</summary>
internal sealed record HostAnswer(int Status, string? ContentType, string? ETag, string? RetryAfter, string Body);

/// <summary>How parameters are handed over.</summary>
internal sealed record CallWay(string Name, string? ContentType, bool PrefersPost)
{
    public static IReadOnlyList<CallWay> All { get; } =
    [
        new("JSON", "application/json", true), new("form", "application/x-www-form-urlencoded", true), new("query", null, false), new("query of a POST", null, true),
    ];

    /// <param name="participantId">What the route of an entry link takes.</param>
    public HttpRequestMessage Request(FunctionContract function, IReadOnlyDictionary<string, string> parameters, string participantId)
    {
        string fields = Calls.Encode([.. parameters.Select(parameter => (parameter.Key, parameter.Value.Trim('"')))]);
        string route = function.Route.Replace("{function}", "getDocument", StringComparison.Ordinal)
            .Replace("{participantId}", participantId, StringComparison.Ordinal)
            .Replace("/{*path}", "", StringComparison.Ordinal);
        HttpMethod method = new(PrefersPost && function.Methods.Contains("POST") ? "POST" : function.Methods.FirstOrDefault(method => method != "POST") ?? "POST");
        return ContentType switch
        {
            null => new HttpRequestMessage(method, $"{route}?{fields}"),
            "application/json" => new HttpRequestMessage(method, route)
            {
                Content = new StringContent($"{{{string.Join(',', parameters.Select(parameter => $"\"{parameter.Key}\":{parameter.Value}"))}}}", Encoding.UTF8, ContentType),
            },
            _ => new HttpRequestMessage(method, route) { Content = new StringContent(fields, Encoding.UTF8, ContentType) },
        };
    }
}

/// <summary>One of the two, with the names that tests give to what it makes.</summary>
/// <param name="answered">Told of each call to a function, with the answer and its body.</param>
internal sealed partial class HostSide(HttpClient http, Action<FunctionContract, HttpResponseMessage, string>? answered = null)
{
    private readonly Dictionary<string, string> names = [];
    private readonly Dictionary<string, string> lastSids = [];

    /// <summary>Gets the participant that was made last.</summary>
    public string ParticipantId => lastSids.GetValueOrDefault("11", "11111111-1111-1111-1111-111111111111");

    /// <summary>Puts the ids of what was made last in the place of others of their kinds.</summary>
    public Dictionary<string, string> Own(IReadOnlyDictionary<string, string> parameters) => parameters.ToDictionary(
        parameter => parameter.Key, parameter => Sid().Replace(parameter.Value, match => lastSids.GetValueOrDefault(match.Value[..2], match.Value)));

    /// <summary>Learns the ids of what was made from an answer.</summary>
    public void Remember(string body)
    {
        foreach (Match made in Made().Matches(body))
        {
            string id = made.Groups["id"].Value;
            lastSids[made.Groups["what"].Value switch { "sessionId" => "00", "participantId" => "11", _ => id[..2] }] = id;
        }
    }

    public async Task<HostAnswer> CallAsync(CallWay way, FunctionContract function, IReadOnlyDictionary<string, string> parameters, string? ifMatch)
    {
        using HttpRequestMessage request = way.Request(function, Own(parameters), ParticipantId);
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        using HttpResponseMessage response = await http.SendAsync(request);
        string body = await response.Content.ReadAsStringAsync();
        answered?.Invoke(function, response, body);
        Remember(body);

        // The n-th SID of one host has the name of the other's n-th: so the two must also mean the same resources.
        return Answer(response, Sid().Replace(body, match => names.TryGetValue(match.Value, out string? name) ? name : names[match.Value] = $"SID {names.Count}"));
    }

    public async Task<HostAnswer> PostAsync(string function, string? contentType, byte[] body, CancellationToken cancellationToken)
    {
        using ByteArrayContent content = new(body);
        if (contentType is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        using HttpResponseMessage response = await http.PostAsync(new Uri(function, UriKind.Relative), content, cancellationToken);
        return Answer(response, await response.Content.ReadAsStringAsync(cancellationToken));
    }

    public async Task<HostAnswer> PostAsync(string function, string header, string value, string json)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, function) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        if (!request.Headers.TryAddWithoutValidation(header, value))
        {
            request.Content.Headers.TryAddWithoutValidation(header, value).Should().BeTrue();
        }

        using HttpResponseMessage response = await http.SendAsync(request);
        return Answer(response, await response.Content.ReadAsStringAsync());
    }

    private static HostAnswer Answer(HttpResponseMessage response, string body) => new(
        (int)response.StatusCode,
        response.Content.Headers.ContentType?.ToString(),
        response.Headers.ETag?.ToString(),
        response.Headers.RetryAfter?.ToString(),
        Uuid().Replace(Token().Replace(Address().Replace(Date().Replace(Count().Replace(body, "$1(count)"), "(date)"), "(emulator)"), "(token)"), "(UUID)"));

    [GeneratedRegex("[A-Z]{2}[0-9a-f]{32}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")]
    private static partial Regex Sid();

    [GeneratedRegex("\"(?<what>sid|sessionId|participantId)\":\"(?<id>[^\"]+)\"")]
    private static partial Regex Made();

    // What takes are kept with has Unix time.
    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z|(?<=""at"":)\d{10}")]
    private static partial Regex Date();

    // The worker sees the inner address of its host.
    [GeneratedRegex(@"(http|ws)://(127\.0\.0\.1|localhost):\d+")]
    private static partial Regex Address();

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Uuid();

    // The counts of a process, and the ids in an emulator's logs, also depend on when its health was last checked.
    [GeneratedRegex("(\"(requests|errors|syncCalls|first|last)\":)\\d+")]
    private static partial Regex Count();

    [GeneratedRegex(@"eyJ[\w-]+\.[\w-]+\.[\w-]+")]
    private static partial Regex Token();
}
