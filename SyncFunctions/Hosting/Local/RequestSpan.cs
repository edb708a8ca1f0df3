using System.Diagnostics;

using Microsoft.AspNetCore.Http;

using SyncFunctions.Functions;

namespace SyncFunctions.Hosting.Local;

/// <summary>
/// Makes the span of a request, in the trace of its caller. It has the function's route and no URL: the web server's own would have the query, and the
/// secrets of routes. Under the Functions host that is the host's and the worker's business.
/// </summary>
internal static class RequestSpan
{
    private static readonly ActivitySource Source = new("SyncFunctions");

    /// <summary>Begins the span; <see langword="null"/> if nobody listens.</summary>
    /// <param name="route">The function's route with its prefix.</param>
    public static Activity? Start(HttpRequest request, FunctionMethod function, string route)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        string template = $"/{route.TrimStart('/')}";
        ActivityContext.TryParse(request.Headers.TraceParent, request.Headers.TraceState, isRemote: true, out ActivityContext caller);
        return Source.StartActivity($"{request.Method} {template}", ActivityKind.Server, caller)?
            .SetTag("http.request.method", request.Method)
            .SetTag("http.route", template)
            .SetTag("faas.trigger", "http")
            .SetTag("faas.name", function.Name);
    }

    /// <summary>Says in the span how the request was answered.</summary>
    public static void Answered(this Activity? span, int status)
    {
        span?.SetTag("http.response.status_code", status);
        if (status >= StatusCodes.Status500InternalServerError)
        {
            span?.SetTag("error.type", $"{status}").SetStatus(ActivityStatusCode.Error);
        }
    }
}
