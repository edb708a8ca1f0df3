
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SyncFunctions.Hosting.Local;

/// <summary>Logs one line a request: what was called, how it ended, how long it took; no parameters, no data, no keys.</summary>
internal static partial class FunctionLog
{
    public static void UseFunctionLog(this WebApplication application)
    {
        ILogger logger = application.Services.GetRequiredService<ILoggerFactory>().CreateLogger("SyncFunctions.Requests");
        TimeProvider time = application.Services.GetRequiredService<TimeProvider>();
        application.Use(async (context, next) =>
        {
            long started = time.GetTimestamp();
            await next(context);
            double milliseconds = time.GetElapsedTime(started).TotalMilliseconds;
            Request(logger, context.Request.Method, context.Request.Path, context.Response.StatusCode, milliseconds);
        });
    }

    [LoggerMessage(1401, LogLevel.Information, "{Method} {Path} {Status} in {Milliseconds:0.0} ms")]
    private static partial void Request(ILogger logger, string method, PathString path, int status, double milliseconds);
}
