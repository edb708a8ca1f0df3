using System.Net.Http.Headers;
using System.Text;

using SyncFunctions.Functions;
using SyncFunctions.Functions.Binding;

namespace SyncFunctions.Fuzz;

/// <summary>Calls the functions, with the parameters that they declare.</summary>
internal sealed class FunctionsCampaign(FuzzTarget target) : Campaign
{
    // Without resetService, which removes everything by design.
    private static readonly FunctionMethod[] Functions = [.. FunctionCatalog.All.Where(function => function.Name != "resetService")];

    private static readonly string[] Methods = ["GET", "POST", "POST", "POST", "DELETE", "PUT", "HEAD", "OPTIONS"];

    private static readonly string[] ContentTypes =
    [
        "application/json", "application/json; charset=utf-8", "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-7",
        "application/problem+json", "application/json; charset=utf-16", "multipart/form-data; boundary=x", "text/plain", "application/x-ndjson", ";;", "",
    ];

    private static readonly string[] Headers =
        ["If-Match", "If-None-Match", "Content-Encoding", "Accept", "Range", "X-Twilio-Signature", "I-Twilio-Idempotency-Token", "x-functions-key"];

    /// <inheritdoc/>
    protected override async Task SendAsync(Hostile made, int number, IDisposable? sender)
    {
        FunctionMethod function = made.Pick(Functions);
        string route = made.Chance(90) ? function.Route : Uri.EscapeDataString(made.Text());
        route = route.Replace("{function}", Uri.EscapeDataString(made.Chance(50) ? made.Pick(Functions).Name : made.Text()), StringComparison.Ordinal)
            .Replace("{participantId}", made.Chance(50) ? $"00000000-0000-0000-0000-{made.Next(9):D12}" : Uri.EscapeDataString(made.Text()), StringComparison.Ordinal);
        List<(string Name, string Value, bool IsJson)> parameters = [.. Parameters(made, function.Declaration)];
        List<(string Name, string Value, bool IsJson)> inQuery = made.Chance(30) ? [.. parameters.Where(_ => made.Chance(50))] : [];
        string query = Form(inQuery);
        string contentType = made.Chance(60) ? "application/json" : made.Pick(ContentTypes);
        string body = contentType.Contains("form", StringComparison.Ordinal) ? Form(parameters) : Json(made, parameters);
        if (function.Declaration.TakesSnapshot && made.Chance(80))
        {
            (contentType, body) = ("application/x-ndjson", Snapshot(made));
        }

        HttpMethod method = new(made.Chance(70) ? "POST" : made.Pick(Methods));
        using HttpRequestMessage request = new(method, new Uri(query.Length > 0 ? $"{route}?{query}" : route, UriKind.Relative));
        if (method != HttpMethod.Get && method != HttpMethod.Head)
        {
            request.Content = new ByteArrayContent(made.Mutate(Encoding.UTF8.GetBytes(body), 8));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        if (made.Chance(15))
        {
            string value = new([.. made.Text().Where(character => character is >= ' ' and < '\u007f')]);
            string header = made.Pick(Headers);
            HttpHeaders headers = header == "Content-Encoding" && request.Content is { } content ? content.Headers : request.Headers;
            headers.TryAddWithoutValidation(header, value);
        }

        try
        {
            using HttpResponseMessage answer = await target.Api.SendAsync(request);
            await answer.Content.ReadAsByteArrayAsync();
            Count(number, $"{method} {route}?{query} {body}", (int)answer.StatusCode);
        }
        catch (HttpRequestException exception)
        {
            Find(number, $"no answer for {method} {route}?{query} {body}: {exception.Message}");
        }
    }

    private static IEnumerable<(string Name, string Value, bool IsJson)> Parameters(Hostile made, FunctionDeclaration declaration)
    {
        foreach (Parameter parameter in declaration.Parameters)
        {
            if (made.Chance(parameter.IsRequired ? 95 : 25))
            {
                yield return Value(made, parameter);
            }
        }

        if (made.Chance(10))
        {
            yield return (made.Text(), made.Text(), false);
        }
    }

    // Mostly valid values.
    private static (string Name, string Value, bool IsJson) Value(Hostile made, Parameter parameter) => made.Next(10) switch
    {
        0 => (parameter.Name.ToUpperInvariant(), made.Text(), false),
        < 3 => (parameter.Name, made.Json(), true),
        3 => (parameter.Name, made.Text(), false),
        _ => parameter.Kind switch
        {
            ParameterKind.JsonObject when parameter.Name == "input" => (parameter.Name, Input(made), true),
            ParameterKind.JsonObject => (parameter.Name, $"{{\"n\":{made.Next(9)}}}", true),
            ParameterKind.JsonPatch => (parameter.Name, made.Chance(50) ? $"{{\"n\":{made.Next(9)}}}" : made.JsonPatch(), true),
            ParameterKind.ShortName => (parameter.Name, made.Pick(["a", "n", "text", "x-1"]), false),
            ParameterKind.JsonObjects => (parameter.Name, $"[{string.Join(',', Enumerable.Range(0, made.Next(4)).Select(_ => made.Chance(70) ? $"{{\"n\":{made.Next(9)}}}" : made.Json()))}]", true),
            ParameterKind.Condition => (parameter.Name, Condition(made, depth: 3), false),
            ParameterKind.Field => (parameter.Name, made.Pick(["n", "/n", "data.n", "text.0", "\"n\".x"]), false),
            ParameterKind.Texts => (parameter.Name, $"[{Quote(made.Pick(["a", "x-1"]))}]", true),
            ParameterKind.Integer or ParameterKind.Number or ParameterKind.Ttl => (parameter.Name, $"{made.Next(400)}", true),
            ParameterKind.Boolean => (parameter.Name, made.Chance(50) ? "true" : "false", true),
            ParameterKind.JsonPointer => (parameter.Name, "/n", false),
            ParameterKind.Choice or ParameterKind.Choices => (parameter.Name, made.Pick(parameter.Words), false),
            ParameterKind.Revision => (parameter.Name, $"{made.Next(4)}", false),
            ParameterKind.DateTime => (parameter.Name, $"20{made.Next(10)}0-01-01T00:00:00Z", false),
            ParameterKind.Word => (parameter.Name, made.Pick(parameter.Words), false),
            ParameterKind.ObjectList => (parameter.Name, $"[{{\"role\":{made.Json()},\"actionType\":\"{made.Pick(["a.b", "n.x", "a"])}\",\"additionalInfo\":{made.Json()}}}]", true),
            _ when parameter.Name == "service" => (parameter.Name, "default", false),
            _ => (parameter.Name, made.Name(), false),
        },
    };

    private static string Condition(Hostile made, int depth) => made.Next(depth == 0 ? 2 : 5) switch
    {
        0 => $"{made.Pick(["n", "data.n", "text", "\"n\".0", made.Text()])} {made.Pick(["==", "!=", "<", ">=", "CONTAINS", "eq"])} {made.Pick(["1", "\"a\"", "null", "1e300", made.Json()])}",
        1 => $"n {made.Pick(["IN", "NOT_IN"])} [{made.Json()}, 1]",
        2 => $"({Condition(made, depth - 1)})",
        3 => $"{Condition(made, depth - 1)} AND {Condition(made, depth - 1)}",
        _ => $"{Condition(made, depth - 1)} || {Condition(made, depth - 1)}",
    };

    // The input of the types of jobs, or nearly.
    private static string Input(Hostile made) => made.Next(6) switch
    {
        0 => $"{{\"listName\":{Quote(made.Name())},\"where\":{Quote(Condition(made, depth: 2))}}}",
        4 => $"{{\"mapName\":{Quote(made.Name())},\"path\":\"n\",\"groupBy\":{Quote(made.Text())}}}",
        1 => $"{{\"mapName\":{Quote(made.Name())}}}",
        2 => $"{{\"to\":{Quote(made.Text())}}}",
        3 => $"{{\"from\":{Quote(made.Name())},\"onConflict\":{Quote(made.Pick(["fail", "skip", "replace"]))}}}",
        _ => made.Json(),
    };

    // The counts in its last line are mostly wrong. The other lines must still be read.
    private static string Snapshot(Hostile made)
    {
        List<string> lines = [made.Chance(90) ? """{"format":"syncfunctions-snapshot","version":1}""" : made.Json()];
        for (int i = made.Next(8); i > 0; i--)
        {
            string name = Quote(made.Chance(80) ? made.Name() : made.Text());
            lines.Add(made.Next(9) switch
            {
                0 => $"{{\"kind\":\"document\",\"name\":{name},\"data\":{made.Json()}}}",
                1 => $"{{\"kind\":\"list\",\"name\":{name},\"expires\":{Quote(made.Chance(50) ? "2030-01-01T00:00:00Z" : made.Text())}}}",
                2 => $"{{\"kind\":\"listItem\",\"data\":{made.Json()}}}",
                3 => $"{{\"kind\":\"map\",\"name\":{name}}}",
                4 => $"{{\"kind\":\"mapItem\",\"key\":{name},\"data\":{{\"n\":1}}}}",
                5 => $"{{\"kind\":\"permission\",\"identity\":{name},\"read\":true,\"write\":false,\"manage\":{(made.Chance(80) ? "true" : made.Json())}}}",
                6 => $"{{\"kind\":\"stream\",\"name\":{name}}}",
                7 => $"{{\"kind\":\"mapItem\",\"key\":{name},\"dataText\":{Quote(made.Json())}}}",
                _ => made.Json(),
            });
        }

        lines.Add("""{"kind":"end","documents":1,"lists":0,"listItems":0,"maps":0,"mapItems":0,"streams":0,"permissions":0}""");
        return string.Join(made.Chance(95) ? "\n" : "\r\n", lines);
    }

    private static string Form(IEnumerable<(string Name, string Value, bool IsJson)> parameters) =>
        string.Join('&', parameters.Select(parameter => $"{Escape(parameter.Name)}={Escape(parameter.Value)}"));

    // Half of a surrogate pair cannot be escaped.
    private static string Escape(string text) => Uri.EscapeDataString(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));

    private static string Json(Hostile made, IEnumerable<(string Name, string Value, bool IsJson)> parameters) => made.Chance(3)
        ? made.Json()
        : $"{{{string.Join(',', parameters.Select(parameter => $"{Quote(parameter.Name)}:{(parameter.IsJson ? parameter.Value : Quote(parameter.Value))}"))}}}";

    private static string Quote(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
