using System.Diagnostics;

using Microsoft.AspNetCore.Http;

using SyncFunctions.Functions;

namespace SyncFunctions.Hosting.Local;

/// <summary>
/// Creates the span of a request, in its caller's trace. It has the function's route instead of the URL: the web server's own span would contain the
/// query, and the secrets in routes. Under the Functions host, the host and the worker create it.
/// </summary>
internal static class RequestSpan
{
    private static readonly ActivitySource Source = new("SyncFunctions");

    /// <summary>Begins the span; <see langword="null"/> if there is no listener.</summary>
    /// <param name="route">The function's route with its prefix.</param>
    public static Activity? Start(HttpRequest request, FunctionMethod function, string route)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        ActivityContext.TryParse(request.Headers.TraceParent, request.Headers.TraceState, isRemote: true, out ActivityContext caller);
        return Source.StartActivity($"{request.Method} {route}", ActivityKind.Server, caller)?
            .SetTag("http.request.method", request.Method)
            .SetTag("http.route", route)
            .SetTag("faas.trigger", "http")
            .SetTag("faas.name", function.Name);
    }

    /// <summary>Records the response in the span.</summary>
    public static void Answered(this Activity? span, int status)
    {
        span?.SetTag("http.response.status_code", status);
        if (status >= StatusCodes.Status500InternalServerError)
        {
            span?.SetTag("error.type", $"{status}").SetStatus(ActivityStatusCode.Error);
        }
    }
}
