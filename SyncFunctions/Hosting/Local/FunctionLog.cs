using System.Text.RegularExpressions;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using SyncFunctions.Functions;

namespace SyncFunctions.Hosting.Local;

/// <summary>
/// Logs one line for each request: the function, the status and the duration, but no parameters, data, keys or entry links. The explorer's files are logged
/// at the level Debug.
/// </summary>
internal static partial class FunctionLog
{
    /// <summary>The category of its lines.</summary>
    public const string Category = "SyncFunctions.Requests";

    // The routes that contain a secret: the part before it, and the whole route.
    private static readonly (string Beginning, string Route)[] SecretRoutes =
    [
        .. FunctionCatalog.All.Where(function => function.Declaration.IsOpen).Select(function => ($"/{function.Route.Split('{')[0]}", $"/{function.Route}")),
    ];

    public static void UseFunctionLog(this WebApplication application)
    {
        ILogger logger = application.Services.GetRequiredService<ILoggerFactory>().CreateLogger(Category);
        TimeProvider time = application.Services.GetRequiredService<TimeProvider>();
        application.Use(async (context, next) =>
        {
            long started = time.GetTimestamp();
            await next(context);
            double milliseconds = time.GetElapsedTime(started).TotalMilliseconds;
            // The page is more than sixty files, which would push everything else out of a terminal.
            LogLevel level = context.GetEndpoint()?.Metadata.GetMetadata<FunctionMethod>()?.Declaration.IsPage == true ? LogLevel.Debug : LogLevel.Information;
            if (logger.IsEnabled(level))
            {
                string path = Shown(context.Request.Path);
                Request(logger, level, context.Request.Method, path, context.Response.StatusCode, milliseconds);
            }
        });
    }

    // Also for a path that leads to no function: a link may have been copied with an extra character, or called with the wrong method.
    private static string Shown(PathString path)
    {
        string shown = Id().Replace(path.ToUriComponent(), "{id}");
        foreach ((string beginning, string route) in SecretRoutes)
        {
            int start = shown.IndexOf(beginning, StringComparison.OrdinalIgnoreCase);
            shown = start < 0 ? shown : shown[..start] + route;
        }

        return shown;
    }

    [GeneratedRegex("[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}")]
    private static partial Regex Id();

    [LoggerMessage(EventId = 1401, Message = "{Method} {Path} {Status} in {Milliseconds:0.0} ms")]
    private static partial void Request(ILogger logger, LogLevel level, string method, string path, int status, double milliseconds);
}
