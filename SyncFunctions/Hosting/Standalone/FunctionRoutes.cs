using System.Diagnostics;
using System.Reflection;
using System.Text;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

using SyncFunctions.Functions;

namespace SyncFunctions.Hosting.Standalone;

/// <summary>Routes requests to the methods that bear <c>[Function]</c>.</summary>
internal static class FunctionRoutes
{
    /// <summary>Maps every function of this assembly below a prefix.</summary>
    public static void MapFunctions(this WebApplication application, string prefix)
    {
        FunctionKeys keys = application.Services.GetRequiredService<FunctionKeys>();
        foreach (FunctionMethod function in FunctionMethod.All)
        {
            application
                .MapMethods($"{prefix}/{function.Route}", function.Methods, context => RunAsync(context, function, keys))
                .WithMetadata(function)
                .WithDisplayName(function.Name);
        }
    }

    /// <summary>Gives the refusals of the routing (404, 405) and of the web server a body like every other failure.</summary>
    public static void UseFunctionProblems(this WebApplication application) => application.UseStatusCodePages(pages =>
    {
        HttpContext context = pages.HttpContext;
        string detail = context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => $"There is no function at {context.Request.Path}.",
            StatusCodes.Status405MethodNotAllowed => $"The function does not take {context.Request.Method}; it takes {context.Response.Headers.Allow}.",
            _ => "The request cannot be read.",
        };
        return Problem.Of(context.Response.StatusCode, detail).ExecuteAsync(context);
    });

    /// <summary>Every function with its methods and URL.</summary>
    public static string Describe(IServiceProvider services)
    {
        string address = services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "";
        StringBuilder text = new("\nFunctions:\n\n");
        foreach (RouteEndpoint endpoint in services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.GetMetadata<FunctionMethod>() is { } function)
            {
                text.AppendLine($"\t{function.Name}: [{string.Join(',', function.Methods)}] {address}/{endpoint.RoutePattern.RawText}\n");
            }
        }

        return text.ToString();
    }

    private static async Task RunAsync(HttpContext context, FunctionMethod function, FunctionKeys keys)
    {
        IResult result = function.NeedsKey && !keys.Allow(context.Request, function.Name)
            ? Problem.Of(
                StatusCodes.Status401Unauthorized,
                "A function key is required: one key, in the header x-functions-key or the query parameter code.")
            : await function.InvokeAsync(context);
        await result.ExecuteAsync(context);
    }

    /// <summary>A method that bears <c>[Function]</c>.</summary>
    private sealed class FunctionMethod(MethodInfo method, FunctionAttribute function, HttpTriggerAttribute trigger)
    {
        private readonly ObjectFactory create = ActivatorUtilities.CreateFactory(method.DeclaringType!, []);

        public static IReadOnlyList<FunctionMethod> All { get; } =
        [
            .. from type in typeof(FunctionRoutes).Assembly.GetExportedTypes()
               from method in type.GetMethods()
               let function = method.GetCustomAttribute<FunctionAttribute>()
               where function is not null
               let trigger = method.GetParameters().Single().GetCustomAttribute<HttpTriggerAttribute>() ?? throw new UnreachableException()
               orderby function.Name
               select new FunctionMethod(method, function, trigger),
        ];

        public string Name => function.Name;

        public string Route => trigger.Route ?? function.Name;

        public string[] Methods { get; } = [.. trigger.Methods.Select(name => name.ToUpperInvariant())];

        public bool NeedsKey => trigger.AuthLevel != AuthorizationLevel.Anonymous;

        // As in the worker, each call gets an instance of its own.
        public Task<IResult> InvokeAsync(HttpContext context) =>
            (Task<IResult>)method.Invoke(create(context.RequestServices, []), [context.Request])!;
    }
}
