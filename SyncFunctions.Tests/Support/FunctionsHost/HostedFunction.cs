using System.Text.Json;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

using SyncFunctions.Tests.Support.WorkerProtocol;

namespace SyncFunctions.Tests.Support;

/// <summary>A function as the worker told the host of it.</summary>
/// <param name="Id">The worker's own name for it.</param>
/// <param name="Request">The name of the parameter that takes the request.</param>
/// <param name="Methods">The HTTP methods, in capitals.</param>
public sealed record HostedFunction(string Id, string Name, string Request, string Route, IReadOnlyList<string> Methods, string KeyLevel)
{
    private TemplateMatcher? matcher;

    /// <summary>Gets whether a caller needs a key, if the host requires keys.</summary>
    public bool NeedsKey => KeyLevel != "Anonymous";

    /// <summary>Reads what the worker told of it; <see langword="null"/> if requests do not call it.</summary>
    internal static HostedFunction? Of(RpcFunctionMetadata metadata)
    {
        foreach (string binding in metadata.RawBindings)
        {
            using JsonDocument document = JsonDocument.Parse(binding);
            JsonElement trigger = document.RootElement;
            if (string.Equals(trigger.Text("type"), "httpTrigger", StringComparison.OrdinalIgnoreCase))
            {
                return new HostedFunction(
                    metadata.FunctionId,
                    metadata.Name,
                    trigger.Text("name"),
                    trigger.TryGetProperty("route", out JsonElement route) ? route.GetString()! : metadata.Name,
                    [.. trigger.GetProperty("methods").EnumerateArray().Select(method => method.GetString()!.ToUpperInvariant())],
                    trigger.Text("authLevel"));
            }
        }

        return null;
    }

    /// <summary>The functions in the order in which routes are tried: what is written out goes before a parameter.</summary>
    internal static IReadOnlyList<HostedFunction> InOrderOfRoutes(IEnumerable<HostedFunction> functions) =>
        [.. functions.OrderBy(function => RoutePrecedence.ComputeInbound(TemplateParser.Parse(function.Route)))];

    /// <summary>Whether a request is for this function.</summary>
    /// <param name="parameters">The values of the route's parameters, decoded.</param>
    internal bool Matches(HttpRequest request, string prefix, out RouteValueDictionary parameters)
    {
        parameters = [];
        matcher ??= new TemplateMatcher(TemplateParser.Parse($"{prefix}/{Route}"), []);
        return Methods.Contains(request.Method, StringComparer.Ordinal) && matcher.TryMatch(request.Path, parameters);
    }
}
