using System.Diagnostics;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

using SyncFunctions.Functions;
using SyncFunctions.Functions.Results;

namespace SyncFunctions.Hosting.Local;

/// <summary>Routes requests to the methods with <c>[Function]</c>.</summary>
internal static class FunctionRoutes
{
    /// <summary>Maps every function of this assembly below a prefix.</summary>
    public static void MapFunctions(this WebApplication application, string pathBase)
    {
        FunctionKeys keys = application.Services.GetRequiredService<FunctionKeys>();
        foreach (FunctionMethod function in FunctionCatalog.All)
        {
            string route = $"{pathBase}/{function.Route}";
            application
                .MapMethods(route, Methods(function), context => RunAsync(context, function, route, keys))
                .WithMetadata(function)
                .WithDisplayName(function.Name);
        }
    }

    /// <summary>Gives errors of the routing (404, 405) and of the web server the same body as every other error.</summary>
    public static void UseFunctionProblems(this WebApplication application, string pathBase) =>
        application.UseStatusCodePages(pages => DescribeAsync(pages.HttpContext, $"{pathBase}/openapi.json"));

    private static Task DescribeAsync(HttpContext context, string description)
    {
        string detail = context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => $"There is no function at {context.Request.Path}. {description} describes all functions.",
            StatusCodes.Status405MethodNotAllowed => $"The function does not accept {context.Request.Method}; it accepts {context.Response.Headers.Allow}.",
            StatusCodes.Status414UriTooLong =>
                $"The URL is too long: the request line may have {RequestLimits.MaximumRequestLine / 1024} KiB. A body may have more.",
            StatusCodes.Status431RequestHeaderFieldsTooLarge => "The request has too many headers, or too long ones.",
            _ => "The request cannot be read.",
        };
        return Problem.Of(context.Response.StatusCode, detail).ExecuteAsync(context);
    }

    private static IEnumerable<string> Methods(FunctionMethod function) =>
        function.Takes(HttpMethods.Head) ? [.. function.Methods, HttpMethods.Head] : function.Methods;

    private static async Task RunAsync(HttpContext context, FunctionMethod function, string route, FunctionKeys keys)
    {
        using Activity? span = RequestSpan.Start(context.Request, function, route);
        IResult result = function.NeedsKey && !keys.Allow(context.Request, function.Name)
            ? Problem.Of(
                StatusCodes.Status401Unauthorized,
                "A function key is required: one key, in the header x-functions-key or the query parameter code.")
            : await function.InvokeAsync(context.Request);
        await result.ExecuteAsync(context);
        span.Answered(context.Response.StatusCode);
    }
}
